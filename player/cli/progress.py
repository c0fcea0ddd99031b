"""How far long work is: a line that renews itself on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from player.timebase import format_time

_BAR_WIDTH = 24
_ON_TERMINAL_S, _ELSEWHERE_S = 0.1, 5.0


class Progress:
    """Counts things done on standard error. `total` None: the end is not known. Use as a context manager."""

    def __init__(self, noun: str, total: int | None, *, stream: TextIO | None = None) -> None:
        self._noun = noun
        self._total = total
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._began = self._shown = time.monotonic()
        self._done = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_unused: object) -> None:
        """Leaves the last count behind."""
        if self._terminal:
            self._stream.write(f"\r\x1b[K{self._line(time.monotonic())}\n")
        else:
            self._stream.write(f"{self._line(time.monotonic())}\n")
        self._stream.flush()

    def advance(self) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        if now - self._shown < (_ON_TERMINAL_S if self._terminal else _ELSEWHERE_S):
            return
        self._shown = now
        self._stream.write(f"\r\x1b[K{self._line(now)}" if self._terminal else f"{self._line(now)}\n")
        self._stream.flush()

    def _line(self, now: float) -> str:
        elapsed = max(now - self._began, 1e-6)
        rate = self._done / elapsed
        of = f" of {self._total}" if self._total else ""
        line = f"{self._done}{of} {self._noun}, {rate:.1f}/s"
        if not self._total or not self._done:
            return line
        share = min(1.0, self._done / self._total)
        left = format_time((self._total - self._done) / rate) if self._done < self._total else "0:00"
        if not self._terminal:
            return f"{line}, {left} left"
        filled = round(share * _BAR_WIDTH)
        return f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {share:4.0%} {line}, {left} left"
