"""Which file names mean pictures without a header. Looked at for every file, so it stays small."""

from __future__ import annotations

import os

RAW_EXTENSIONS = {
    "yuv": None,
    "rgb": "rgb24",
    "raw": None,
    "420": "yuv420p", "422": "yuv422p", "444": "yuv444p", "i420": "yuv420p", "iyuv": "yuv420p",
    "nv12": "nv12", "nv21": "nv21", "nv16": "nv16", "nv24": "nv24", "p010": "p010le",
    "p016": "p016le", "p210": "p210le",
    "yuyv": "yuyv422", "yuy2": "yuyv422", "uyvy": "uyvy422", "yvyu": "yvyu422",
    "rgb24": "rgb24", "bgr": "bgr24", "bgr24": "bgr24", "rgba": "rgba", "bgra": "bgra", "argb": "argb", "abgr": "abgr",
    "rgb48": "rgb48le", "gbrp": "gbrp", "y8": "gray", "y800": "gray", "gray": "gray", "grey": "gray",
}  # fmt: skip
"""Extensions of files that hold nothing but pictures, with the pixel format that each means by itself."""


def split_name(path: str) -> tuple[str, str]:
    """The file's name and its extension, in small letters; '' where there is none."""
    stem, dot, extension = os.path.basename(path).lower().rpartition(".")
    return (stem, extension) if dot else (extension, "")


def is_raw_name(path: str) -> bool:
    """The extension is one of raw pictures."""
    return split_name(path)[1] in RAW_EXTENSIONS
