"""From a recipe's settings to pictures for training, validation and test: what is wrong with them is said here."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

from player.errors import DataError
from player.training.data.box_set import BoxSet, BoxSplits, cut_out
from player.training.data.checks import check_alike, check_any, check_split
from player.training.data.cifar import open_cifar
from player.training.data.coco import open_coco
from player.training.data.decoding import Fit
from player.training.data.folder import open_folder
from player.training.data.image_set import ImageSet, Labels, Places, Splits, Subset
from player.training.data.npz import open_npz
from player.training.data.settings import DataSettings
from player.training.data.splits import fold_of, long_tail, split_off
from player.training.data.yolo import open_yolo

BOX_KINDS = frozenset({"yolo", "coco"})


def open_images(settings: DataSettings, folder: Path) -> Splits:
    """The pictures that `settings` name, in `folder`; of boxes, what is cut out. Raises DataError, before anything
    is learned."""
    if settings.kind in BOX_KINDS:
        splits = _cut_out(settings, open_boxes(settings, folder))
    else:
        splits = _open_all(settings, folder)
    train, valid, test = splits.train, splits.valid, splits.test
    check_split(train, "train", _name(folder, settings.train))
    check_alike(train, valid, "valid")
    check_split(valid, "valid", _name(folder, settings.valid or settings.train))
    if test is not None:
        check_any(test, "test", _name(folder, settings.test))
        check_alike(train, test, "test")
    if settings.long_tail > 1:
        train = Subset(train, long_tail(train.labels, train.classes, settings.long_tail, settings.seed))
    return Splits(train, valid, test)


def open_boxes(settings: DataSettings, folder: Path) -> BoxSplits:
    """The pictures with their boxes that `settings` of kind yolo or coco name. Raises DataError."""
    train = _boxes(settings, folder, settings.train, "train")
    test = _boxes(settings, folder, settings.test, "test") if settings.test else None
    if settings.valid:
        return BoxSplits(train, _boxes(settings, folder, settings.valid, "valid"), test)
    # Whole pictures go to either side: boxes of one picture overlap, and would be learned by heart.
    least = settings.folds or math.ceil(1 / settings.valid_share)
    if len(train.pictures) < least:
        raise DataError(f"{_name(folder, settings.train)} has too few pictures ({len(train.pictures)}) to divide.")
    strata = train.strata(least)
    kept, taken = _divide(settings, strata, tuple(map(str, range(int(strata.max()) + 1))))
    return BoxSplits(train.part(kept), train.part(taken), test)


def _open_all(settings: DataSettings, folder: Path) -> Splits:
    train = _open(settings, folder, settings.train, "train")
    test = _open(settings, folder, settings.test, "test") if settings.test else None
    if settings.valid:
        return Splits(train, _open(settings, folder, settings.valid, "valid"), test)
    # Classes without pictures are told here: there would be nothing to divide.
    check_split(train, "train", _name(folder, settings.train))
    kept, taken = _divide(settings, train.labels, train.classes)
    return Splits(Subset(train, kept), Subset(train, taken), test)


def _divide(settings: DataSettings, labels: Labels, classes: tuple[str, ...]) -> tuple[Places, Places]:
    if settings.folds:
        return fold_of(labels, classes, settings.folds, settings.fold, settings.seed)
    return split_off(labels, classes, settings.valid_share, settings.seed)


def _open(settings: DataSettings, folder: Path, told: str, split: str) -> ImageSet:
    """`told` is what the settings say of this split: a path in `folder`, and after a colon what in it is meant."""
    fit = Fit(settings.side, settings.grey)
    if settings.kind == "npz":
        path, part = _path(folder, told, split, "file")
        return open_npz(path, part or split, settings.classes, fit)
    if settings.kind == "cifar":
        path, part = _path(folder, told, split, "either")
        return open_cifar(path, part or split, settings.classes, fit)
    return open_folder(_path(folder, told, split, "folder")[0], settings.classes, fit)


def _boxes(settings: DataSettings, folder: Path, told: str, split: str) -> BoxSet:
    if settings.kind == "yolo":
        return open_yolo(_path(folder, told, split, "folder")[0], folder, settings.classes)
    path, part = _path(folder, told, split, "file")
    return open_coco(path, folder / part if part else path.parent, settings.classes)


def _cut_out(settings: DataSettings, boxes: BoxSplits) -> Splits:
    fit = Fit(settings.side, settings.grey)

    def one(part: BoxSet) -> ImageSet:
        return cut_out(part, fit, settings.crop_margin, settings.crop_min)

    return Splits(one(boxes.train), one(boxes.valid), one(boxes.test) if boxes.test is not None else None)


def _path(folder: Path, told: str, split: str, wanted: Literal["file", "folder", "either"]) -> tuple[Path, str]:
    name, _, part = told.partition(":")
    path = folder / name
    there = {"file": path.is_file(), "folder": path.is_dir(), "either": path.is_file() or path.is_dir()}
    if not there[wanted]:
        kind = "file or folder" if wanted == "either" else wanted
        raise DataError(f"There is no {kind} {path} to read the pictures for {split} from.")
    return path, part


def _name(folder: Path, told: str) -> str:
    return told.partition(":")[0] or folder.name
