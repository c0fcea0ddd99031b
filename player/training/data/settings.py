"""A recipe's [data] table: where the pictures are, and which of them are for what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from player.training.table import Table

KINDS = ("npz", "cifar", "folder", "yolo", "coco")


@dataclass(frozen=True)
class DataSettings:
    """Paths are relative to the data folder. After a colon stands what in a file is meant.

    `mnist.npz:test` is test_x and test_y; `instances_val.json:val2017` has its pictures in that folder.
    """

    kind: str
    """One of KINDS."""
    train: str = ""
    valid: str = ""
    """Instead of it, `valid_share` of train is taken, or one of `folds`."""
    test: str = ""
    valid_share: float = 0.0
    folds: int = 0
    fold: int = 0
    long_tail: float = 1.0
    """How many times more pictures the first class of train keeps than the last. 1: all are kept."""
    seed: int = 0
    """Of splits and subsets. It is not the recipe's: runs with other seeds learn from the same pictures."""
    classes: tuple[str, ...] = ()
    """Their names, where the data does not tell them. Folders: those that have to be there. Boxes: those wanted."""
    side: int = 0
    """Pictures are brought to this: the shorter side, then the square in the centre. 0: they are of one size."""
    grey: bool = False
    crop_margin: float = 0.1
    """What of a box's longer side is shown around it, where boxes are cut out of pictures."""
    crop_min: int = 16
    """Boxes with a shorter side below this, in pixels, are left out."""


def read_data(table: Table) -> DataSettings:
    """Raises RecipeError for a key that is wrong, and where nothing says what to validate on."""
    settings = DataSettings(
        kind=table.choice("kind", KINDS),
        train=table.text("train", ""),
        valid=table.text("valid", ""),
        test=table.text("test", ""),
        valid_share=table.number("valid_share", 0.0, least=0.0, most=0.9),
        folds=table.whole("folds", 0, most=1000),
        fold=table.whole("fold", 0, most=999),
        long_tail=table.number("long_tail", 1.0, least=1.0),
        seed=table.whole("seed", 0),
        classes=table.texts("classes", ()),
        side=table.whole("side", 0, most=4096),
        grey=table.flag("grey", False),
        crop_margin=table.number("crop_margin", 0.1, least=0.0, most=10.0),
        crop_min=table.whole("crop_min", 16, least=1),
    )
    if bool(settings.valid) + (settings.valid_share > 0) + (settings.folds > 0) != 1:
        raise table.wrong("valid", "given, or else one of valid_share and folds")
    if settings.folds == 1 or settings.fold >= max(1, settings.folds):
        key = "folds" if settings.folds == 1 else "fold"
        raise table.wrong(key, "2 or more" if key == "folds" else f"below folds, {settings.folds}")
    if len(set(settings.classes)) != len(settings.classes):
        raise table.wrong("classes", "a list of different names")
    for key in ("train", "valid", "test"):
        if not _within(getattr(settings, key)):
            raise table.wrong(key, "a path within the data folder")
    return settings


def _within(path: str) -> bool:
    """A recipe may come from somebody else: it says what to take of the folder that the user gave, nothing beyond."""
    pure = PurePath(path)
    return not pure.is_absolute() and ".." not in pure.parts
