"""Pictures out of .npz files: plain arrays and encoded ones, and what can be wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data.image_set import Splits, class_counts
from player.training.data.opening import open_images
from player.training.data.settings import DataSettings
from tests.helpers.libraries import need_torch
from tests.helpers.shared_models import need_data

torch = need_torch()
RANDOM = np.random.default_rng(5)


def pixels(count: int, height: int = 8, width: int = 8, channels: int = 3) -> NDArray[np.uint8]:
    return RANDOM.integers(0, 256, (count, height, width, channels), np.uint8)


def encoded(pictures: list[NDArray[np.uint8]], extension: str = ".png") -> dict[str, NDArray[Any]]:
    files = [cv2.imencode(extension, each[..., ::-1])[1] for each in pictures]
    return {"jpeg": np.concatenate(files), "offset": np.cumsum([0, *map(len, files)])}


def opened(folder: Path, **arrays: Any) -> Splits:
    np.savez(folder / "a.npz", **arrays)
    return open_images(DataSettings("npz", "a.npz", valid_share=0.25), folder)


def test_parts_of_one_file_and_pictures_as_they_are(tmp_path: Path) -> None:
    train, test = pixels(8, 6, 4, 1)[..., 0], pixels(4, 6, 4, 1)[..., 0]
    labels = np.array([0, 1] * 4, np.uint8)
    np.savez(tmp_path / "a.npz", train_x=train, train_y=labels, test_x=test, test_y=labels[:4])
    splits = open_images(DataSettings("npz", "a.npz", "a.npz:test"), tmp_path)
    assert splits.train.shape == (1, 6, 4)
    assert splits.train.classes == ("0", "1")
    places = np.array([3, 0, 3])
    assert np.array_equal(splits.train.read(places).numpy()[:, 0], train[places])
    assert np.array_equal(splits.valid.read(np.arange(4)).numpy()[:, 0], test)
    assert splits.train.labels.dtype == np.int64


def test_encoded_pictures_are_red_green_blue(tmp_path: Path) -> None:
    pictures = pixels(8)
    names = np.array(["cat", "dog"])
    splits = opened(tmp_path, **encoded(list(pictures)), label=np.arange(8) // 4, class_names=names)
    together = sorted(
        each.numpy().transpose(1, 2, 0).tobytes()
        for part in (splits.train, splits.valid)
        for each in part.read(np.arange(len(part)))
    )
    assert together == sorted(each.tobytes() for each in pictures)
    assert splits.train.classes == ("cat", "dog")
    assert class_counts(splits.train).tolist() == [3, 3]


def test_sizes_that_differ_need_a_side(tmp_path: Path) -> None:
    arrays = {**encoded([*pixels(7), *pixels(1, 12, 8)]), "label": np.arange(8) % 2}
    with pytest.raises(DataError, match=r"picture 7 of a\.npz is 8 x 12 and picture 0 of a\.npz 8 x 8: data\.side"):
        opened(tmp_path, **arrays)
    splits = open_images(DataSettings("npz", "a.npz", valid_share=0.25, side=6, grey=True), tmp_path)
    assert splits.train.shape == (1, 6, 6)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": np.zeros(7, int)}, "8 pictures and 7 labels"),
        ({"y": np.zeros(8)}, "labels that are no list of whole numbers"),
        ({"y": np.arange(8) - 1}, "the label -1 at picture 0"),
        ({"y": np.arange(8) % 2, "class_names": ["one"]}, "the label 1 at picture 1, but its 1 classes"),
        ({"y": np.zeros(8, int)}, "one class only"),
        ({"y": np.zeros(8, int), "class_names": ["cat", "dog"]}, r"one class only \(cat\)"),
        ({"y": np.arange(8) % 2 * 2, "class_names": ["cat", "dog", "owl"]}, "Class dog has no pictures for train"),
        ({"x": np.zeros((8, 4, 4, 3), np.float32)}, "float32 of shape"),
        ({"x": np.zeros((8, 4, 4, 2), np.uint8)}, r"of shape \[8, 4, 4, 2\]"),
        ({"x": np.zeros((0, 4, 4), np.uint8), "y": np.zeros(0, int)}, "no pictures"),
        ({"x": np.array([None] * 8)}, "Cannot read .*a.npz"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    arrays: dict[str, Any] = {"x": pixels(8), "y": np.arange(8) % 2, **change}
    with pytest.raises(DataError, match=sentence):
        opened(tmp_path, **arrays)


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.npz has no array train_y; it has train_x"):
        opened(tmp_path, train_x=pixels(8))


@pytest.mark.parametrize(
    ("offset", "sentence"),
    [
        ([0, 5, 5], "offsets that do not rise"),
        ([0, 5, 10_000], "cut short"),
        ([], r"a\.npz has no pictures"),
        ([0], r"a\.npz has no pictures"),
        ([-3, 5], "cut short"),
    ],
)
def test_offsets_that_lead_nowhere(tmp_path: Path, offset: list[int], sentence: str) -> None:
    arrays = encoded(list(pixels(2)))
    with pytest.raises(DataError, match=sentence):
        opened(tmp_path, jpeg=arrays["jpeg"], offset=np.array(offset, np.int64), label=np.arange(2))


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    arrays = encoded(list(pixels(200)))
    begin = arrays["offset"][150]
    arrays["jpeg"][begin : begin + 8] = 0
    with pytest.raises(DataError, match=r"Cannot read picture 150 of a\.npz: it is no picture, or it is damaged"):
        opened(tmp_path, **arrays, label=np.arange(200) % 2)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    settings = DataSettings("npz", "a.npz", valid_share=0.25)
    with pytest.raises(DataError, match=r"There is no .*a\.npz to read the pictures for train from"):
        open_images(settings, tmp_path)
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(DataError, match=r"Cannot read .*a\.npz"):
        open_images(settings, tmp_path)
    np.save(tmp_path / "b.npy", np.zeros(3))
    (tmp_path / "b.npy").rename(tmp_path / "a.npz")
    with pytest.raises(DataError, match=r"it is no \.npz"):
        open_images(settings, tmp_path)


def test_a_valid_split_with_other_classes_or_sizes(tmp_path: Path) -> None:
    settings = DataSettings("npz", "a.npz", "b.npz")
    np.savez(tmp_path / "a.npz", x=pixels(4), y=[0, 1, 0, 1], class_names=["cat", "dog"])
    np.savez(tmp_path / "b.npz", x=pixels(4), y=[0, 1, 0, 1], class_names=["cat", "owl"])
    with pytest.raises(DataError, match="Class dog is in one of train and valid only"):
        open_images(settings, tmp_path)
    np.savez(tmp_path / "b.npz", x=pixels(4, 9, 8), y=[0, 1, 0, 1], class_names=["cat", "dog"])
    with pytest.raises(DataError, match="The pictures of valid are 8 x 9, those of train 8 x 8"):
        open_images(settings, tmp_path)
    np.savez(tmp_path / "b.npz", x=pixels(4), y=[0, 0, 0, 0], class_names=["cat", "dog"])
    with pytest.raises(DataError, match=r"b\.npz has pictures of one class only \(cat\) for valid"):
        open_images(settings, tmp_path)


def test_a_test_split_may_lack_classes_but_not_be_empty(tmp_path: Path) -> None:
    labels = [0, 1, 0, 1]
    parts: dict[str, Any] = {"train_x": pixels(4), "train_y": labels, "valid_x": pixels(4), "valid_y": labels}
    settings = DataSettings("npz", "a.npz", "a.npz", "a.npz")
    names = ["cat", "dog"]
    np.savez(tmp_path / "a.npz", **parts, test_x=pixels(2), test_y=[0, 0], class_names=names)
    splits = open_images(settings, tmp_path)
    assert splits.test is not None
    assert len(splits.test) == 2
    np.savez(tmp_path / "a.npz", **parts, test_x=pixels(0), test_y=np.zeros(0, int), class_names=names)
    with pytest.raises(DataError, match=r"a\.npz has no pictures for test"):
        open_images(settings, tmp_path)


def test_the_shared_jpeg_cifar(tmp_path: Path) -> None:
    settings = DataSettings("npz", "cifar10_jpeg_test5k.npz", folds=5, fold=1, seed=3)
    splits = open_images(settings, need_data("cifar10_jpeg_test5k.npz").parent)
    assert splits.train.shape == (3, 32, 32)
    assert (len(splits.train), len(splits.valid)) == (4000, 1000)
    assert class_counts(splits.train).tolist() == [400] * 10
    assert splits.train.classes[0] == "airplane"
