"""A classifier's numbers as probabilities: by a softmax, as they are, or by a sigmoid where there is but one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from player.analysis.classes import TOP, Classes, Heat, likeliest
from player.analysis.decoders.classes import ClassReader
from player.analysis.detections import Result, no_detections
from player.analysis.keys import PictureKey
from player.analysis.store import RESULT_BYTES, ResultStore
from player.errors import ModelError

LOGITS = np.array([[1.0, 3.0, -2.0], [700.0, 690.0, -700.0]], np.float32)


def by_hand(row: list[float]) -> list[float]:
    powers = [math.exp(value - max(row)) for value in row]
    return [power / math.fsum(powers) for power in powers]


def read(
    values: object, labels: int | None = None, **parameters: object
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return ClassReader("classify", parameters, labels).read({"out": np.asarray(values, np.float32)})


def test_logits_go_through_a_softmax() -> None:
    for found, row in zip(read(LOGITS), LOGITS.tolist(), strict=True):
        assert found == pytest.approx(by_hand(row), abs=1e-6)
    assert np.array_equal(read(LOGITS.reshape(2, 3, 1, 1)), read(LOGITS))


def test_what_are_probabilities_already_stays() -> None:
    given = np.array([[0.25, 0.5, 0.25], [1, 0, 0]], np.float32)
    assert np.array_equal(read(given), given)
    half = read(LOGITS).astype(np.float16).astype(np.float32)
    assert np.array_equal(read(half), half), "in half precision too"
    assert read(given, softmax=True)[1] == pytest.approx(by_hand([1, 0, 0]))
    assert np.array_equal(read(LOGITS, softmax=False), LOGITS), "the card knows better"


def test_a_single_output_is_never_sure_by_itself() -> None:
    """The softmax of one number is 1, whatever it is."""
    assert read([[0.0], [3.0]], 1) == pytest.approx(np.array([[0.5], [1 / (1 + math.exp(-3))]]))
    assert read([[-3.0]], 2)[0] == pytest.approx([1 / (1 + math.exp(-3)), 1 / (1 + math.exp(3))])
    assert read([[0.2]], 2)[0] == pytest.approx([0.8, 0.2])


def test_numbers_that_are_none_make_nothing_likely() -> None:
    found = read([[1, np.nan, 2], [1, 2, 3]])
    assert found[0].tolist() == [0, 0, 0]
    assert found[1].sum() == pytest.approx(1)
    assert likeliest(found[0]).top == 0


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(ModelError, match="tells 3 classes apart, but 10 labels"):
        read(LOGITS, 10)
    with pytest.raises(ModelError, match=r"needs an output \(n, classes\); the model gives out \(1, 3, 8, 8\)"):
        read(np.zeros((1, 3, 8, 8)))
    with pytest.raises(ModelError, match="read by the decoder classify, not by yolov8"):
        ClassReader("yolov8", {}, None)
    with pytest.raises(ModelError, match=r"output\.sigmoid, which the decoder classify does not know"):
        ClassReader("classify", {"sigmoid": True}, None)


def test_the_likeliest_come_first_and_the_rest_is_not_kept() -> None:
    found = likeliest(np.linspace(0, 1, 1000, dtype=np.float32))
    assert (found.top, len(found.scores)) == (999, 100)
    assert found.pairs(2) == [(999, 1.0), (998, pytest.approx(998 / 999))]
    assert likeliest(np.full(4, 0.25, np.float32)).class_id.tolist() == [0, 1, 2, 3], "of equal ones the first"


def test_a_heat_map_is_one_classs() -> None:
    heat = Heat(np.zeros((2, 2), np.float32), (0, 0, 8, 8), (0, 0, 8, 8), 3)
    found = Classes(np.array([3, 1], np.int32), np.array([0.9, 0.1], np.float32), heat)
    assert found.has_heat(TOP)
    assert found.has_heat(3)
    assert not found.has_heat(1)
    assert found.with_heat_of(TOP) is found
    assert found.with_heat_of(1).heat is None
    assert found.with_heat_of(None).heat is None


def test_what_is_kept_of_a_classifier_is_bounded() -> None:
    heat = Heat(np.zeros((10, 10), np.float32), (0, 0, 8, 8), (0, 0, 8, 8), 0)
    one = likeliest(np.linspace(0, 1, 1000, dtype=np.float32), heat)
    assert one.nbytes == 100 * 8 + 400
    store = ResultStore(most_bytes=10 * (RESULT_BYTES + one.nbytes))
    for number in range(50):
        store.add(Result(PictureKey(number, number, 1, number), "id", no_detections(), False, 0.01, one))
    assert len(store) == 10
    assert store.size_bytes == 10 * (RESULT_BYTES + one.nbytes)
