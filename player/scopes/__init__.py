"""Scopes: counts of a picture's values at their own depth, and traces made of the counts. No Qt in here.

Everything is done on the caller's thread, which is the panel's "scopes" thread: OpenCV counts without holding the
interpreter (1080p: histogram 1 ms, waveform 2 to 10 ms; numpy's bincount holds it for 2.4 and 2.7), and is imported
with the first count.
"""
