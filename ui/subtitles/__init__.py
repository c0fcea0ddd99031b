"""Subtitles over the picture."""
