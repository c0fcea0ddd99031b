"""What a training process says on its standard output: an event a line, and whatever a library prints between."""

from __future__ import annotations

from dataclasses import fields

from player.training.events import Event, read_line

LONGEST_LINE = 1 << 20
"""Of a line that is longer the rest is left out: no event is so long."""
LARGEST_COUNT = 1 << 53


class Lines:
    """Whole lines out of pieces as they come."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[str]:
        *whole, rest = (self._rest + piece).split(b"\n")
        self._rest = rest[:LONGEST_LINE]
        return [line[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\r") for line in whole]

    def end(self) -> list[str]:
        """What came after the last line's end, when nothing more will."""
        rest, self._rest = self._rest, b""
        return [rest.decode("utf-8", "replace")] if rest else []


def read_event(line: str) -> Event | None:
    """The event of a line, whose every value is of its type; None for anything else."""
    if not line.startswith("{"):
        return None
    try:
        event = read_line(line)
    except RecursionError:
        return None
    if event is None or not all(_fits(each.type, getattr(event, each.name)) for each in fields(event)):
        return None
    return event


def _fits(wanted: object, value: object) -> bool:
    """`wanted` is a field's annotation, as text."""
    match wanted:
        case "str":
            return isinstance(value, str)
        case "str | None":
            return value is None or isinstance(value, str)
        case "int":
            return type(value) is int and 0 <= value <= LARGEST_COUNT
        case "bool":
            return isinstance(value, bool)
        case "float":
            return value is None or _is_number(value)  # None is what is not finite
        case "Reason":
            return value in ("done", "early-stop", "stopped")
        case "tuple[str, ...]":
            return isinstance(value, tuple)
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)  # figures


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def number(value: object) -> float | None:
    """A figure of an event; None for what is none."""
    return float(value) if isinstance(value, int | float) and _is_number(value) else None
