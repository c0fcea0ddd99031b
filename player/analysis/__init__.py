"""What networks see in pictures: models, the boxes they find, and which picture each box belongs to. No Qt.

Importing this package imports no model library: torch, onnxruntime and OpenCV load on first use, on an analysis thread.
"""
