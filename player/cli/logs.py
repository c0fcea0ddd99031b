"""Diagnostics: which thread said what and when, in a file or on standard error. Silent unless asked."""

from __future__ import annotations

import logging

from player.errors import plain

_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)-7s %(threadName)-12s %(name)s: %(message)s"


class _PlainFormatter(logging.Formatter):
    """Keeps what a file's strings may hold out of the terminal: every line loses its control characters."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(plain(line) for line in super().format(record).split("\n"))


def start_logging(log_file: str | None, *, verbose: bool) -> None:
    """Sends log records to `log_file` and, when `verbose`, to standard error. Raises OSError for the file."""
    handlers: list[logging.Handler] = []
    if log_file is not None:
        handlers.append(logging.FileHandler(log_file, mode="w", encoding="utf-8", errors="backslashreplace"))
    if verbose:
        handlers.append(logging.StreamHandler())
    for handler in handlers or [logging.NullHandler()]:
        handler.setFormatter(_PlainFormatter(_FORMAT, datefmt="%H:%M:%S"))
        logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG if handlers else logging.WARNING)
