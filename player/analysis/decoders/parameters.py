"""What a model's card says of its decoder, read with errors that name the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from player.errors import ModelError


class Parameters:
    """Each value may be asked for once; what nobody asked for is an error."""

    def __init__(self, decoder: str, values: Mapping[str, object], labels: int | None) -> None:
        self.decoder = decoder
        self.labels = labels or None
        """How many names the model's classes have; None when nobody knows."""
        self._values = dict(values)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._values.pop(name, default)
        return value if isinstance(value, bool) else self._wrong(name, "true or false", value)

    def whole(self, name: str, default: int) -> int:
        value = self._values.pop(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        return self._wrong(name, "a whole number", value)

    def choice(self, name: str, *choices: str) -> str:
        """One of `choices`; the first when the card does not say."""
        value = self._values.pop(name, choices[0])
        return str(value) if value in choices else self._wrong(name, f"one of {', '.join(choices)}", value)

    def text(self, name: str) -> str | None:
        value = self._values.pop(name, None)
        return value if value is None or isinstance(value, str) else self._wrong(name, "a name", value)

    def sizes(self, name: str, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        """Numbers above zero; with no default, the card must have them."""
        if name not in self._values:
            return self._lacks(name) if default is None else default
        value = self._values.pop(name)
        return _sizes(value) or self._wrong(name, "a list of numbers above 0", value)

    def wholes(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Whole numbers above zero."""
        value = self._values.pop(name, default)
        if isinstance(value, list | tuple) and value and all(type(each) is int and each > 0 for each in value):
            return tuple(value)
        return self._wrong(name, "a list of whole numbers above 0", value)

    def size_rows(self, name: str) -> tuple[tuple[float, ...], ...]:
        """Lists of numbers above zero, which the card must have; one may be empty."""
        value = self._values.pop(name) if name in self._values else self._lacks(name)
        wanted = "a list of lists of numbers above 0"
        if not isinstance(value, list | tuple) or not value:
            self._wrong(name, wanted, value)
        rows = []
        for row in value:
            numbers = () if row in ([], ()) else _sizes(row)
            rows.append(self._wrong(name, wanted, value) if numbers is None else numbers)
        return tuple(rows)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def finish(self) -> None:
        """Raises ModelError when the card says something nobody asked for."""
        for name in self._values:
            raise ModelError(f"The model's card has output.{name}, which the decoder {self.decoder} does not know.")

    def _lacks(self, name: str) -> NoReturn:
        raise ModelError(f"The model's card lacks output.{name}, which the decoder {self.decoder} needs.")

    def _wrong(self, name: str, wanted: str, value: object) -> NoReturn:
        raise ModelError(f"output.{name} in the model's card is {wanted}, not {value!r}.")


def _sizes(value: object) -> tuple[float, ...] | None:
    if not isinstance(value, list | tuple) or not value:
        return None
    if not all(isinstance(each, int | float) and not isinstance(each, bool) and each > 0 for each in value):
        return None
    return tuple(float(each) for each in value)
