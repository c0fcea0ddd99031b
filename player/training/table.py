"""A recipe's table, taken apart key by key: whoever owns one reads it through this, so that errors are alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from player.errors import RecipeError

_LARGEST = 1e12


class Table:
    """Each key is asked for once, with what it has to be; `finish` then refuses those that nobody asked for.

    A default of None makes a key necessary. Every method raises RecipeError, which names the key in full.
    """

    def __init__(self, values: Mapping[str, Any], told_by: str, path: str = "") -> None:
        self._values = values
        self._told_by = told_by
        self._path = path
        self._asked: dict[str, Table | None] = {}

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.wrong(key, "a text")
        return value

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        value = self._take(key, default)
        if value not in choices:
            raise self.wrong(key, choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}")
        return str(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def whole(self, key: str, default: int | None = None, *, least: int = 0, most: int = 2**31 - 1) -> int:
        value = self._take(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(key, f"a whole number {_within(least, most if most < 2**31 - 1 else math.inf)}")
        return value

    def number(
        self, key: str, default: float | None = None, *, least: float = -math.inf, most: float = math.inf
    ) -> float:
        value = self._take(key, default)
        if not _is_number(value) or not least <= value <= most:
            raise self.wrong(key, f"a number {_within(least, most)}".rstrip())
        return float(value)

    def positive(self, key: str, default: float | None = None) -> float:
        """A number above 0."""
        value = self._take(key, default)
        if not _is_number(value) or value <= 0:
            raise self.wrong(key, "a number above 0")
        return float(value)

    def numbers(
        self, key: str, default: Sequence[float] | None = None, *, count: int | None = None
    ) -> tuple[float, ...]:
        """A list of numbers, `count` of them."""
        value = self._take(key, default)
        if not _is_list(value, count) or not all(map(_is_number, value)):
            raise self.wrong(key, f"a list of {'' if count is None else f'{count} '}numbers")
        return tuple(map(float, value))

    def wholes(
        self, key: str, default: Sequence[int] | None = None, *, count: int | None = None, least: int = 0
    ) -> tuple[int, ...]:
        """A list of whole numbers from `least`, `count` of them."""
        value = self._take(key, default)
        if not _is_list(value, count) or not all(type(each) is int and least <= each < 2**31 for each in value):
            raise self.wrong(key, f"a list of {'' if count is None else f'{count} '}whole numbers from {least}")
        return tuple(value)

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        value = self._take(key, default)
        if not _is_list(value, None) or not all(isinstance(each, str) for each in value):
            raise self.wrong(key, "a list of texts")
        return tuple(value)

    def table(self, key: str) -> Table:
        """The table of that name: an empty one where there is none. Asked for again, the same one."""
        known = self._asked.get(key)
        if known is None:
            value = self._take(key, {})
            if not isinstance(value, Mapping):
                raise self.wrong(key, "a table")
            known = self._asked[key] = Table(value, self._told_by, f"{self._path}{key}.")
        return known

    def tables(self, key: str) -> tuple[Table, ...]:
        """An array of tables: none where there is no such key."""
        value = self._take(key, [])
        if not _is_list(value, None) or not all(isinstance(each, Mapping) for each in value):
            raise self.wrong(key, "an array of tables")
        return tuple(Table(each, self._told_by, f"{self._path}{key}[{at}].") for at, each in enumerate(value))

    def finish(self) -> None:
        """To be called when everything was asked for: raises RecipeError for a key that nobody knows, also within
        the tables that `table` gave."""
        for key in self._values:
            if key not in self._asked:
                known = ", ".join(self._asked) or "none"
                raise RecipeError(
                    f"The recipe {self._told_by} has {self._path}{key}, which is no key there; there are {known}."
                )
        for inner in self._asked.values():
            if inner is not None:
                inner.finish()

    def wrong(self, key: str, wanted: str) -> RecipeError:
        """The error for a value that is not `wanted`, for checks of the caller's own."""
        path = f"{self._path}{key}"
        if key not in self._values:
            return RecipeError(f"The recipe {self._told_by} lacks {path}, {wanted}.")
        return RecipeError(f"The recipe {self._told_by} has {self._values[key]!r} for {path}, which is to be {wanted}.")

    def _take(self, key: str, default: Any) -> Any:
        self._asked.setdefault(key, None)
        return self._values.get(key, default)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _LARGEST


def _is_list(value: object, count: int | None) -> bool:
    return isinstance(value, (list, tuple)) and count in (None, len(value))


def _within(least: float, most: float) -> str:
    if math.isinf(most):
        return "" if math.isinf(least) else f"from {least:g}"
    return f"up to {most:g}" if math.isinf(least) else f"from {least:g} to {most:g}"
