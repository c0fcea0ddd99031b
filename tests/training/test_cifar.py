"""CIFAR-10's own files, made here in both forms; and pickles that would like to be more than values."""

from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data.cifar import NAMES
from player.training.data.image_set import Splits
from player.training.data.opening import open_images
from player.training.data.plain_pickle import load_plain
from player.training.data.settings import DataSettings
from tests.helpers.libraries import need_torch

need_torch()
RANDOM = np.random.default_rng(11)
STEMS = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")


def part() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Ten pictures [10, 3, 32, 32], one of each class."""
    return RANDOM.integers(0, 256, (10, 3, 32, 32), np.uint8), RANDOM.permutation(10).astype(np.uint8)


def write_binary(folder: Path) -> dict[str, tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    parts = {stem: part() for stem in STEMS}
    for stem, (pictures, labels) in parts.items():
        records = (bytes([label]) + picture.tobytes() for picture, label in zip(pictures, labels, strict=True))
        (folder / f"{stem}.bin").write_bytes(b"".join(records))
    (folder / "batches.meta.txt").write_text("\n".join(NAMES) + "\n\n")
    return parts


def write_python(folder: Path, protocol: int) -> dict[str, tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    parts = {stem: part() for stem in STEMS}
    for stem, (pictures, labels) in parts.items():
        about = {"batch_label": stem, "labels": labels.tolist(), "data": pictures.reshape(10, 3072), "filenames": ["a"]}
        (folder / stem).write_bytes(pickle.dumps(about, protocol))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": list(NAMES)}, protocol))
    return parts


def opened(folder: Path) -> Splits:
    return open_images(DataSettings("cifar", folder.name, folder.name), folder.parent)


def check(splits: Splits, parts: dict[str, tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> None:
    train = [parts[stem] for stem in STEMS[:5]]
    assert splits.train.classes == NAMES
    assert splits.train.shape == (3, 32, 32)
    assert splits.train.labels.tolist() == np.concatenate([labels for _, labels in train]).tolist()
    assert np.array_equal(splits.train.read(np.arange(50)), np.concatenate([pictures for pictures, _ in train]))
    assert splits.valid.labels.tolist() == parts["test_batch"][1].tolist()
    assert np.array_equal(splits.valid.read(np.arange(10)), parts["test_batch"][0])


def test_the_binary_form(tmp_path: Path) -> None:
    parts = write_binary(tmp_path)
    check(opened(tmp_path), parts)


@pytest.mark.parametrize("protocol", range(6))
def test_the_python_form(tmp_path: Path, protocol: int) -> None:
    parts = write_python(tmp_path, protocol)
    check(opened(tmp_path), parts)


def python_2_pickle(pictures: NDArray[np.uint8], labels: list[int]) -> bytes:
    """Byte for byte what cPickle of Python 2 writes with protocol 2: strings that are bytes, numpy.core."""

    def text(value: bytes) -> bytes:
        return b"T" + struct.pack("<i", len(value)) + value

    array = (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + text(b"b") + b"\x87R("
        b"K\x01" + b"M" + struct.pack("<H", len(pictures)) + b"M" + struct.pack("<H", 3072) + b"\x86"
        b"cnumpy\ndtype\n"
        + text(b"u1")
        + b"K\x00K\x01\x87R(K\x03"
        + text(b"|")
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
        b"K\x00tb\x89" + text(pictures.tobytes()) + b"tb"
    )
    numbers = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(" + text(b"data") + array + text(b"labels") + numbers + b"u."


def test_the_python_form_as_python_2_wrote_it(tmp_path: Path) -> None:
    parts = {stem: part() for stem in STEMS}
    for stem, (pictures, labels) in parts.items():
        (tmp_path / stem).write_bytes(python_2_pickle(pictures.reshape(10, 3072), labels.tolist()))
    check(opened(tmp_path), parts)


def test_plain_values_come_as_they_were() -> None:
    fortran = np.asfortranarray(np.arange(6, dtype=np.int64).reshape(2, 3))
    big = np.arange(4, dtype=">i4")
    value = {
        "a": [1, 2.5, None, True, b"x"],
        "b": (np.array([1, 2], np.float32), {"c": "text"}),
        "f": fortran,
        "g": big,
    }
    for protocol in range(6):
        got = load_plain(pickle.dumps(value, protocol))
        assert got["a"] == value["a"]
        assert got["b"][0].tolist() == [1, 2]
        assert got["b"][1] == {"c": "text"}
        assert got["f"].tolist() == fortran.tolist()
        assert got["g"].tolist() == big.tolist()


class Calls:
    """Pickles to a call of anything with anything."""

    def __init__(self, called: Any, *arguments: Any) -> None:
        self._called = (called, arguments)

    def __reduce__(self) -> Any:
        return self._called


@pytest.mark.parametrize("protocol", range(6))
def test_a_crafted_pickle_runs_nothing(tmp_path: Path, protocol: int) -> None:
    for called, argument in ((os.mkdir, str(tmp_path / "made")), (eval, "open('made', 'w')"), (np.load, "x")):
        with pytest.raises(ValueError, match="only plain values are read"):
            load_plain(pickle.dumps({"data": Calls(called, argument)}, protocol))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("crafted", "sentence"),
    [
        (b"cnumpy\nndarray.tofile\n.", "numpy.ndarray.tofile"),
        (b"cbuiltins\ngetattr\n.", "builtins.getattr"),
        (b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93.", "ndarray.tofile"),
        (b"(I7\nios\nsystem\n.", "os.system"),
        (b"cnumpy\nndarray\n(I1000000000000\ntR.", "calls numpy.ndarray"),
        (b"cnumpy\ndtype\n(S'O8'\ntR.", "array of O8"),
        (b"cnumpy\nndarray\n.", "not plain"),
        (b"cnumpy\nndarray\n(N}S'_call'\nI1\nstb.", "changes what it only may call"),
        (b"]q\x00h\x00a.", "no pickle of plain values"),  # a list of itself
        (b"c_codecs\nencode\n(S'a'\nS'zlib'\ntR.", "codecs.encode"),
        (b"P1\n.", "outside itself"),
        (b"\x82\x01.", "no pickle"),  # a class of copyreg's registry
        (b"", "no pickle"),
        (b"not a pickle", "no pickle"),
        (pickle.dumps(np.array([{}, os])[:1]), "array of O8"),
        (pickle.dumps(list(range(1000)))[:-20], "no pickle"),
    ],
)
def test_what_is_not_plain_is_refused(crafted: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        load_plain(crafted)


def test_lists_that_stand_in_many_places_stay_one() -> None:
    nested: list[Any] = []
    for _ in range(200):
        nested = [nested] * 10
    assert load_plain(pickle.dumps(nested))[9][9][9] is not None


def test_an_array_with_other_bytes_than_its_shape_says() -> None:
    whole = pickle.dumps(np.zeros((2, 3), np.uint8), 2)
    shape = b"K\x02K\x03\x86"
    assert shape in whole
    with pytest.raises(ValueError, match="other bytes than its shape says"):
        load_plain(whole.replace(shape, b"K\x02K\xff\x86"))


def test_a_crafted_part_is_a_sentence(tmp_path: Path) -> None:
    write_python(tmp_path, 2)
    (tmp_path / "data_batch_3").write_bytes(pickle.dumps({"data": Calls(os.mkdir, str(tmp_path / "made"))}))
    with pytest.raises(DataError, match=r"Cannot read .*data_batch_3: it asks for posix\.mkdir, and only plain values"):
        opened(tmp_path)
    assert not (tmp_path / "made").exists()


def test_a_truncated_binary_is_named(tmp_path: Path) -> None:
    write_binary(tmp_path)
    whole = (tmp_path / "data_batch_4.bin").read_bytes()
    (tmp_path / "data_batch_4.bin").write_bytes(whole[:-100])
    with pytest.raises(DataError, match=r"data_batch_4\.bin is cut short or no CIFAR-10: its 30630 bytes"):
        opened(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write_binary(tmp_path)
    (tmp_path / "data_batch_2.bin").unlink()
    with pytest.raises(DataError, match=r"There is no data_batch_2\.bin"):
        opened(tmp_path)


def test_a_label_beyond_the_classes_is_named(tmp_path: Path) -> None:
    write_binary(tmp_path)
    data = bytearray((tmp_path / "data_batch_1.bin").read_bytes())
    data[3073 * 4] = 10
    (tmp_path / "data_batch_1.bin").write_bytes(data)
    with pytest.raises(DataError, match=r"data_batch_1\.bin has the label 10 at picture 4, but its 10 classes"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"data": np.zeros((10, 30), np.uint8)}, "no rows of 3072 bytes"),
        ({"data": None}, "no rows of 3072 bytes"),
        ({"labels": "0123456789"}, "no list of whole numbers"),
        ({"labels": [0, 1]}, "10 pictures and 2 labels"),
    ],
)
def test_a_pickle_of_something_else(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    write_python(tmp_path, 2)
    about = {"data": np.zeros((10, 3072), np.uint8), "labels": list(range(10)), **change}
    (tmp_path / "data_batch_5").write_bytes(pickle.dumps(about, 2))
    with pytest.raises(DataError, match=sentence):
        opened(tmp_path)
    (tmp_path / "data_batch_5").write_bytes(pickle.dumps({key: about[key] for key in about if key != "labels"}))
    with pytest.raises(DataError, match=r"has no labels|no rows of 3072"):
        opened(tmp_path)
