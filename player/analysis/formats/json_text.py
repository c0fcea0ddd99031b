"""JSON written piece by piece, so that a run of any length needs no memory."""

from __future__ import annotations

import json
from typing import Any, BinaryIO


def encode(value: Any) -> bytes:
    """On one line. A name that is no Unicode loses what is not; ValueError for NaN and the infinite."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


class ArrayWriter:
    """An array with a value a line; what stands around it is the caller's."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.count = 0

    def add(self, value: Any) -> None:
        text = encode(value)
        self._file.write((b",\n" if self.count else b"\n") + text)
        self.count += 1
