"""From the bytes of a stream to its lines, however they were cut into pieces on the way."""

from __future__ import annotations

from collections import deque

MAX_LINE_BYTES = 1 << 18
"""The longest command anybody needs is a path; at most so much of a line without end is kept."""


class LineTooLongError(Exception):
    """The peer sends something that is no line of commands."""


class Lines:
    """Collects bytes and gives whole lines back, oldest first, without their newline."""

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self._limit = limit
        self._whole: deque[bytes] = deque()
        self._pieces: list[bytes] = []  # of the line whose end has not come
        self._pieces_bytes = 0

    def feed(self, data: bytes) -> None:
        """Takes what arrived. Raises LineTooLongError, before it is kept, when a line is over the limit."""
        first, *rest = data.split(b"\n")
        self._grow(first)
        for part in rest:
            self._whole.append(b"".join(self._pieces))
            self._pieces.clear()
            self._pieces_bytes = 0
            self._grow(part)

    def _grow(self, piece: bytes) -> None:
        self._pieces_bytes += len(piece)
        if self._pieces_bytes > self._limit:
            raise LineTooLongError
        if piece:
            self._pieces.append(piece)

    def take(self) -> bytes | None:
        """The oldest whole line; None when there is none."""
        return self._whole.popleft() if self._whole else None

    def __len__(self) -> int:
        """How many whole lines wait."""
        return len(self._whole)
