"""What a recipe of the text detector says besides the common tables."""

from __future__ import annotations

from dataclasses import dataclass

from player.training.table import Table

_MULTIPLE = 32
"""Of a picture's sides: the network halves them five times."""
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class TextSettings:
    fonts: tuple[str, ...]
    """Folders, from the data's; all that lies below them counts."""
    size: tuple[int, int]
    """Width and height of the pictures that are learned from."""
    pictures: int
    """An epoch has so many, all new ones."""
    valid: int
    test: int
    """Of fonts and backgrounds that nothing is learned from; 0: none."""
    test_size: tuple[int, int]
    processes: int
    """That make pictures ahead; 0: they are made in turn with learning."""
    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    neck: int


def read_text(table: Table) -> TextSettings:
    """Of the recipe's whole `table`. Raises RecipeError."""
    data, network = table.table("data"), table.table("network")
    return TextSettings(
        fonts=data.texts("fonts", (".",)),
        size=_size(data, "size", (416, 256)),
        pictures=data.whole("pictures", least=1),
        valid=data.whole("valid", 96, least=1),
        test=data.whole("test", 0),
        test_size=_size(data, "test_size", (768, 448)),
        processes=data.whole("processes", 1, most=64),
        widths=network.wholes("widths", count=_LEVELS, least=1),
        blocks=network.wholes("blocks", count=_LEVELS - 1),
        neck=network.whole("neck", least=1),
    )


def _size(table: Table, key: str, default: tuple[int, int]) -> tuple[int, int]:
    width, height = table.wholes(key, default, count=2, least=_MULTIPLE)
    if width % _MULTIPLE or height % _MULTIPLE:
        raise table.wrong(key, f"a width and a height that are multiples of {_MULTIPLE}")
    return width, height
