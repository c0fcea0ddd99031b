"""Pictures with lines of text in them, made by the project, and the detector that is trained on them."""
