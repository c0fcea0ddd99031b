"""How far long work is: a line that renews itself on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from player.errors import plain
from player.timebase import format_time

_BAR_WIDTH = 24
_ON_TERMINAL_S, _ELSEWHERE_S = 0.1, 5.0


class Progress:
    """Counts things done on standard error. `total` None: the end is not known. Use as a context manager.

    With `unit` they are shown in so many: bytes as 1.2 of 3.6 MB.
    """

    def __init__(self, noun: str, total: int | None, *, unit: int = 1, stream: TextIO | None = None) -> None:
        self._noun = noun
        self._total = total
        self._unit = unit
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._began = self._shown = time.monotonic()
        self._done = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_unused: object) -> None:
        """Leaves the last count behind, where anything was done at all."""
        if not self._done:
            return
        if self._terminal:
            self._stream.write(f"\r\x1b[K{self._line(time.monotonic())}\n")
        else:
            self._stream.write(f"{self._line(time.monotonic())}\n")
        self._stream.flush()

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        now = time.monotonic()
        if now - self._shown < (_ON_TERMINAL_S if self._terminal else _ELSEWHERE_S):
            return
        self._shown = now
        self._stream.write(f"\r\x1b[K{self._line(now)}" if self._terminal else f"{self._line(now)}\n")
        self._stream.flush()

    def settle(self) -> None:
        """All is done, whatever was expected."""
        self._total = self._done

    def say(self, text: str) -> None:
        """A line about something else."""
        self._stream.write(f"\r\x1b[K{plain(text)}\n" if self._terminal else f"{plain(text)}\n")
        self._stream.flush()

    def _line(self, now: float) -> str:
        elapsed = max(now - self._began, 1e-6)
        rate = self._done / elapsed
        of = f" of {self._amount(self._total)}" if self._total else ""
        per = f"{rate:.1f}/s" if self._unit == 1 else f"{rate / self._unit:.1f} {self._noun}/s"
        line = f"{self._amount(self._done)}{of} {self._noun}, {per}"
        if not self._total or not self._done:
            return line
        share = min(1.0, self._done / self._total)
        left = format_time((self._total - self._done) / rate) if self._done < self._total else "0:00"
        if not self._terminal:
            return f"{line}, {left} left"
        filled = round(share * _BAR_WIDTH)
        return f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {share:4.0%} {line}, {left} left"

    def _amount(self, count: int) -> str:
        return str(count) if self._unit == 1 else f"{count / self._unit:.1f}"
