"""The types of arguments and properties: what is accepted as one, how it is written as text, how it is stepped."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from player.ipc.errors import BAD_FORMAT, FAILED, NO_ACCESS, IpcError
from player.ipc.messages import to_json
from player.quick_dataclass import dataclass
from player.timebase import parse_time

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def to_text(value: object) -> str:
    """As mpv's `get_property_string` has it: yes and no, six decimals, JSON for what has parts."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6f}"
        case str():
            return value
        case int():
            return str(value)
        case _:
            return to_json(value)


class Value:
    """The base of the types: something that can only be read."""

    name = "Node"

    def read(self, given: object) -> object:
        """`given` in the type's own form. Raises IpcError as mpv does when a property is set to it."""
        raise IpcError(NO_ACCESS)

    def step(self, value: object, by: float, *, wraps: bool) -> object:
        """`value` changed by `by`; at the ends of the range it stays, or wraps round."""
        raise IpcError(FAILED)


class Text(Value):
    name = "String"

    def read(self, given: object) -> str:
        if isinstance(given, str):
            return given
        if isinstance(given, bool | int | float):
            return to_text(given)
        raise IpcError(NO_ACCESS)


class Flag(Value):
    name = "Flag"

    def read(self, given: object) -> bool:
        if isinstance(given, bool):
            return given
        if isinstance(given, str):
            if given in ("yes", "no"):
                return given == "yes"
            raise IpcError(BAD_FORMAT)
        raise IpcError(NO_ACCESS)

    def step(self, value: object, by: float, *, wraps: bool) -> bool:
        return not value if wraps else by > 0


@dataclass(frozen=True, slots=True)
class Number(Value):
    """Seconds, per cent, factors. What lies outside the range is refused when set, and clamped when stepped to."""

    least: float = -math.inf
    most: float = math.inf
    name = "Double"

    def read(self, given: object) -> float:
        value = self._parse(given)
        if not math.isfinite(value) or not self.least <= value <= self.most:
            raise IpcError(BAD_FORMAT)
        return value

    def _parse(self, given: object) -> float:
        if isinstance(given, bool) or not isinstance(given, int | float | str):
            raise IpcError(NO_ACCESS)
        if isinstance(given, str) and not _NUMBER.fullmatch(given):
            raise IpcError(BAD_FORMAT)
        try:
            return float(given)
        except OverflowError:
            raise IpcError(BAD_FORMAT) from None

    def step(self, value: object, by: float, *, wraps: bool) -> float:
        assert isinstance(value, int | float)
        target = float(value) + by
        if not math.isfinite(target):
            raise IpcError(FAILED)
        if wraps and not self.least <= target <= self.most:
            return self.least if by > 0 else self.most
        return min(max(target, self.least), self.most)


class Time(Number):
    """Seconds as a number, or a text like `1:02:03.5`."""

    name = "Time"

    def _parse(self, given: object) -> float:
        if isinstance(given, str):
            try:
                return parse_time(given.removeprefix("+"))
            except ValueError:
                raise IpcError(BAD_FORMAT) from None
        return super()._parse(given)


@dataclass(frozen=True, slots=True)
class Whole(Value):
    """An integer; `words` may stand for some, as in `loop-file=inf`."""

    least: int = -(1 << 31)
    most: int = (1 << 31) - 1
    name = "Integer"

    def read(self, given: object) -> int:
        if isinstance(given, float) and given.is_integer():
            given = int(given)
        if isinstance(given, str):
            if not _WHOLE.fullmatch(given):
                raise IpcError(BAD_FORMAT)
            given = int(given)
        if isinstance(given, bool) or not isinstance(given, int):
            raise IpcError(NO_ACCESS)
        if not self.least <= given <= self.most:
            raise IpcError(BAD_FORMAT)
        return given

    def step(self, value: object, by: float, *, wraps: bool) -> int:
        assert isinstance(value, int)
        if not math.isfinite(by):
            raise IpcError(FAILED)
        target = value + round(by)
        if wraps and not self.least <= target <= self.most:
            return self.least if by > 0 else self.most
        return min(max(target, self.least), self.most)


@dataclass(frozen=True, slots=True)
class Choice(Value):
    """One of some words; with `numbers` also an integer from 0, which comes out as one."""

    words: Sequence[str]
    numbers: bool = False
    name = "Choice"

    def read(self, given: object) -> str | int:
        if isinstance(given, bool):
            given = to_text(given)
        if isinstance(given, str) and given in self.words:
            return given
        if self.numbers:
            return Whole(least=0).read(given)
        raise IpcError(BAD_FORMAT if isinstance(given, str) else NO_ACCESS)


@dataclass(frozen=True, slots=True)
class Flags(Value):
    """Some of some words, joined by `+`."""

    words: Sequence[str]
    name = "Flags"

    def read(self, given: object) -> frozenset[str]:
        if not isinstance(given, str):
            raise IpcError(NO_ACCESS)
        words = frozenset(given.split("+")) if given else frozenset()
        if not words <= set(self.words):
            raise IpcError(BAD_FORMAT)
        return words


class Anything(Value):
    """Left to the command."""

    def read(self, given: object) -> object:
        return given
