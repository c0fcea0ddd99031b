"""What the engines share: putting their own words into a sentence."""

from __future__ import annotations


def first_line(error: Exception) -> str:
    """What an engine says went wrong, short enough for a sentence."""
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(". ") if lines else type(error).__name__


def short_version(version: str) -> str:
    """ "1.31" of "1.31.1+cpu"."""
    return ".".join(version.split(".")[:2])
