"""From a recipe's settings to pictures for training, validation and test: what is wrong with them is said here."""

from __future__ import annotations

from pathlib import Path

from player.errors import DataError
from player.training.data.checks import check_alike, check_split
from player.training.data.cifar import open_cifar
from player.training.data.decoding import Fit
from player.training.data.image_set import ImageSet, Splits, Subset
from player.training.data.npz import open_npz
from player.training.data.settings import DataSettings
from player.training.data.splits import fold_of, long_tail, split_off


def open_images(settings: DataSettings, folder: Path) -> Splits:
    """The pictures that `settings` name, in `folder`. Raises DataError, before anything is learned."""
    train = _open(settings, folder, settings.train, "train")
    # Classes without pictures are told here: there would be nothing to split.
    check_split(train, "train", _name(folder, settings.train))
    if settings.valid:
        valid = _open(settings, folder, settings.valid, "valid")
        check_alike(train, valid, "valid")
    else:
        train, valid = _divide(settings, train)
    test = None
    if settings.test:
        test = _open(settings, folder, settings.test, "test")
        check_alike(train, test, "test")
    if settings.long_tail > 1:
        train = Subset(train, long_tail(train.labels, train.classes, settings.long_tail, settings.seed))
    check_split(valid, "valid", _name(folder, settings.valid or settings.train))
    return Splits(train, valid, test)


def _divide(settings: DataSettings, images: ImageSet) -> tuple[ImageSet, ImageSet]:
    if settings.folds:
        split = fold_of(images.labels, images.classes, settings.folds, settings.fold, settings.seed)
    else:
        split = split_off(images.labels, images.classes, settings.valid_share, settings.seed)
    return Subset(images, split[0]), Subset(images, split[1])


def _open(settings: DataSettings, folder: Path, told: str, split: str) -> ImageSet:
    """`told` is what the settings say of this split: a path in `folder`, and after a colon what in it is meant."""
    name, _, part = told.partition(":")
    path = folder / name
    if not path.exists() or (settings.kind == "npz" and not path.is_file()):
        raise DataError(f"There is no {path} to read the pictures for {split} from.")
    fit = Fit(settings.side, settings.grey)
    if settings.kind == "npz":
        return open_npz(path, part or split, settings.classes, fit)
    if settings.kind == "cifar":
        return open_cifar(path, part or split, settings.classes, fit)
    raise DataError(f"Nothing reads pictures of kind {settings.kind}.")


def _name(folder: Path, told: str) -> str:
    return told.partition(":")[0] or folder.name
