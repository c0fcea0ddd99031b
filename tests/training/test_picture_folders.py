"""Folders of pictures: classes, sizes, what is kept in memory and what is read when wanted; and what can be wrong."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data import picture_files
from player.training.data.decoding import Fit
from player.training.data.folder import open_folder, picture_paths
from player.training.data.image_set import class_counts
from player.training.data.opening import open_images
from player.training.data.order import training_batches
from player.training.data.picture_files import open_files
from player.training.data.reading import read_batches
from player.training.data.settings import DataSettings
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.picture_sets import make_picture, write_class_folders, write_picture

torch = need_torch()
CLASSES = ("cat", "dog", "owl")


def test_folders_are_classes_in_the_order_of_their_names(tmp_path: Path) -> None:
    write_class_folders(tmp_path / "train", CLASSES, 5)
    write_class_folders(tmp_path / "valid", CLASSES, 2)
    splits = open_images(DataSettings("folder", "train", "valid"), tmp_path)
    assert splits.train.classes == CLASSES
    assert splits.train.labels.tolist() == [0] * 5 + [1] * 5 + [2] * 5
    assert splits.train.shape == (3, 8, 8)
    assert np.array_equal(splits.train.read(np.array([7]))[0].permute(1, 2, 0), make_picture(102))
    assert class_counts(splits.valid).tolist() == [2, 2, 2]


def test_one_folder_is_divided(tmp_path: Path) -> None:
    write_class_folders(tmp_path, CLASSES, 10)
    splits = open_images(DataSettings("folder", valid_share=0.2, seed=4), tmp_path)
    assert class_counts(splits.train).tolist() == [8, 8, 8]
    assert class_counts(splits.valid).tolist() == [2, 2, 2]
    seen = {each.numpy().tobytes() for part in (splits.train, splits.valid) for each in part.read(np.arange(len(part)))}
    assert len(seen) == 30


def test_pictures_in_deeper_folders_count_and_other_files_do_not(tmp_path: Path) -> None:
    write_picture(tmp_path / "b" / "2.PNG", make_picture(1))
    write_picture(tmp_path / "a.jpg", make_picture(2))
    write_picture(tmp_path / ".hidden.png", make_picture(3))
    write_picture(tmp_path / ".thumbs" / "1.png", make_picture(3))
    (tmp_path / "notes.txt").write_text("no picture")
    os.mkfifo(tmp_path / "pipe.png")
    assert picture_paths(tmp_path) == [tmp_path / "a.jpg", tmp_path / "b" / "2.PNG"]


def shares_of_pixels(length: int, fewer: int) -> NDArray[np.float64]:
    """What of each of `length` pixels goes into each of `fewer`, by the part that it covers: [fewer, length]."""
    edges = np.arange(fewer + 1) * length / fewer
    first, last = np.maximum.outer(edges[:-1], np.arange(length)), np.minimum.outer(edges[1:], np.arange(1, length + 1))
    covered: NDArray[np.float64] = np.clip(last - first, 0, None) * fewer / length
    return covered


def test_larger_pictures_are_brought_to_the_square_in_their_middle(tmp_path: Path) -> None:
    """ImageNet's preparation: the shorter side (256 there) and of that the centre."""
    smooth = np.random.default_rng(1).integers(0, 256, (240, 320, 3), np.uint8)
    write_picture(tmp_path / "a" / "1.png", smooth)
    write_picture(tmp_path / "b" / "1.png", smooth.transpose(1, 0, 2))
    images = open_folder(tmp_path, (), Fit(128))
    assert images.shape == (3, 128, 128)
    across, down = shares_of_pixels(320, 171), shares_of_pixels(240, 128)
    high_first = np.tensordot(down, smooth.astype(float), 1)
    wanted = np.einsum("xj,yjc->yxc", across, high_first, optimize=True)[:, 22:150]
    wide, high = images.read(np.arange(2)).permute(0, 2, 3, 1).numpy().astype(int)
    assert np.abs(wide - wanted).max() <= 1
    assert np.abs(high - wanted.transpose(1, 0, 2)).max() <= 1


def test_small_pictures_are_enlarged_to_the_side(tmp_path: Path) -> None:
    write_picture(tmp_path / "a" / "1.png", make_picture(1, 6, 9))
    write_picture(tmp_path / "b" / "1.png", make_picture(1, 40, 20))
    assert open_folder(tmp_path, (), Fit(16)).shape == (3, 16, 16)


def test_what_does_not_fit_into_memory_is_read_when_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_class_folders(tmp_path, CLASSES, 12, 20, 30)
    items = [(path, None) for path in picture_paths(tmp_path)]
    labels = np.repeat(np.arange(3), 12)
    inside = open_files(items, labels, CLASSES, Fit(10))
    monkeypatch.setattr(picture_files, "MEMORY_BYTES", 1000)
    beside = open_files(items, labels, CLASSES, Fit(10))
    assert inside.in_memory
    assert not beside.in_memory
    places = list(training_batches(36, 8, seed=3))
    with read_batches(inside, places) as one, read_batches(beside, places) as other:
        for (pictures, labels_), (same, same_labels) in zip(one, other, strict=True):
            assert torch.equal(pictures, same)
            assert torch.equal(labels_, same_labels)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("decode")]


@pytest.mark.parametrize("memory_bytes", [picture_files.MEMORY_BYTES, 1000])
def test_a_damaged_picture_is_named_before_training(
    tmp_path: Path, memory_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_files, "MEMORY_BYTES", memory_bytes)
    write_class_folders(tmp_path, CLASSES, 12)
    damaged = tmp_path / "dog" / "007.png"
    damaged.write_bytes(damaged.read_bytes()[:-30])
    items = [(path, None) for path in picture_paths(tmp_path)]
    with pytest.raises(DataError, match=r"Cannot read .*dog/007\.png: it is no picture, or it is damaged"):
        open_files(items, np.repeat(np.arange(3), 12), CLASSES, Fit(8))


def test_a_picture_turned_by_its_exif_is_upright(tmp_path: Path) -> None:
    image = need_library("PIL.Image")
    exif = image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    for name in "ab":
        (tmp_path / name).mkdir()
        image.fromarray(make_picture(1, 16, 32)).save(tmp_path / name / "1.jpg", exif=exif)
    assert open_folder(tmp_path, (), Fit()).shape == (3, 32, 16)


def test_grey(tmp_path: Path) -> None:
    write_class_folders(tmp_path, CLASSES, 2)
    images = open_folder(tmp_path, (), Fit(grey=True))
    assert images.shape == (1, 8, 8)
    wanted = make_picture(0).astype(float) @ [0.299, 0.587, 0.114]
    assert np.abs(images.read(np.arange(1))[0, 0].numpy() - wanted).max() <= 1


def test_what_is_wrong_with_folders(tmp_path: Path) -> None:
    def refused(settings: DataSettings, sentence: str) -> None:
        with pytest.raises(DataError, match=sentence):
            open_images(settings, tmp_path)

    settings = DataSettings("folder", "train", "valid")
    refused(settings, r"There is no folder .*train to read the pictures for train from")
    (tmp_path / "train").mkdir()
    refused(settings, r"There are no folders in .*train")
    write_class_folders(tmp_path / "train", CLASSES[:1], 3)
    write_class_folders(tmp_path / "valid", CLASSES, 2)
    refused(settings, r"train has one class only \(cat\)")
    (tmp_path / "train" / "dog").mkdir()
    refused(settings, r"Class dog has no pictures in .*dog")
    write_class_folders(tmp_path / "train", CLASSES[:2], 3)
    refused(settings, "Class owl is in one of train and valid only")
    refused(DataSettings("folder", "train", "valid", classes=CLASSES), "Class owl has no folder in .*train")
    refused(DataSettings("folder", "train", "valid", classes=CLASSES[1:]), "Class owl has no folder in .*train")
    refused(DataSettings("folder", "valid", "train", classes=CLASSES[1:]), "valid/cat is none of the classes")
    write_picture(tmp_path / "train" / "dog" / "odd.png", make_picture(1, 9, 8))
    refused(settings, r"dog/odd\.png is 8 x 9 and .*cat/000\.png 8 x 8: data\.side brings them to one size")


def test_many_pictures_need_a_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_class_folders(tmp_path, CLASSES, 12)
    monkeypatch.setattr(picture_files, "MEMORY_BYTES", 1000)
    with pytest.raises(DataError, match=r"The 36 pictures in .* are too many to keep in memory: data\.side"):
        open_folder(tmp_path, (), Fit())


def test_the_first_picture_may_be_the_damaged_one(tmp_path: Path) -> None:
    write_class_folders(tmp_path, CLASSES, 2)
    (tmp_path / "cat" / "000.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"Cannot read .*cat/000\.png"):
        open_folder(tmp_path, (), Fit())
