"""Average precision, counted by hand and by another library."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from player.analysis.average_precision import COCO_IOUS, Scores, Truth, average_precision
from player.analysis.detections import Detections
from tests.helpers.libraries import need_library

Row = tuple[float, float, float, float, float, int]


def boxes(*rows: Row) -> Detections:
    """Left, top, right, bottom, confidence, class."""
    table = np.array(rows, np.float32).reshape(-1, 6)
    return Detections(table[:, :4].copy(), table[:, 4].copy(), table[:, 5].astype(np.int32))


def marks(*rows: tuple[float, float, float, float, int], crowd: tuple[bool, ...] = ()) -> Truth:
    table = np.array(rows, np.float32).reshape(-1, 5)
    return Truth(table[:, :4], table[:, 4].astype(np.int32), np.array(crowd, np.bool_) if crowd else None)


def at_half(*pictures: tuple[Detections, Truth], most: int = 100) -> Scores:
    return average_precision(pictures, (0.5,), most=most)


HERE, THERE, ELSEWHERE = (0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 30.0, 10.0), (50.0, 50.0, 60.0, 60.0)


def test_everything_found() -> None:
    scores = at_half((boxes((*HERE, 0.9, 3), (*THERE, 0.8, 5)), marks((*HERE, 3), (*THERE, 5))))
    assert scores.ap == scores.ap_at(0.5) == scores.ar == 1
    assert scores.class_id.tolist() == [3, 5]


def test_nothing_found() -> None:
    scores = at_half((boxes(), marks((*HERE, 3))))
    assert (scores.ap, scores.ar) == (0, 0)


def test_nothing_marked() -> None:
    scores = at_half((boxes((*HERE, 0.9, 3)), marks()))
    assert (scores.ap, scores.ar, scores.ap_at(0.5)) == (None, None, None)


def test_a_wrong_box_between_two_right_ones() -> None:
    """Precision 1 up to a recall of 1/2 (51 of the 101 points), then 2/3."""
    found = boxes((*HERE, 0.9, 0), (*ELSEWHERE, 0.8, 0), (*THERE, 0.7, 0))
    scores = at_half((found, marks((*HERE, 0), (*THERE, 0))))
    assert scores.ap == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert scores.ar == 1


def test_a_wrong_box_first_costs_more_and_one_last_nothing() -> None:
    first = boxes((*ELSEWHERE, 0.95, 0), (*HERE, 0.9, 0))
    assert at_half((first, marks((*HERE, 0)))).ap == pytest.approx(1 / 2)
    last = boxes((*HERE, 0.9, 0), (*ELSEWHERE, 0.1, 0))
    assert at_half((last, marks((*HERE, 0)))).ap == 1


def test_a_thing_is_found_once() -> None:
    """The second box on it is wrong; half of the two things is found: 51 points of 101."""
    found = boxes((*HERE, 0.9, 0), (*HERE, 0.8, 0))
    scores = at_half((found, marks((*HERE, 0), (*THERE, 0))))
    assert scores.ap == pytest.approx(51 / 101)
    assert scores.ar == 0.5


def test_a_box_takes_the_thing_it_fits_best() -> None:
    found = boxes((0, 0, 10, 12, 0.9, 0), (0, 0, 10, 10, 0.8, 0))
    assert at_half((found, marks((0, 0, 10, 10, 0), (0, 0, 10, 12, 0)))).ap == 1


def test_an_overlap_as_large_as_the_threshold_is_enough() -> None:
    found = boxes((0, 0, 10, 5, 0.9, 0))
    assert at_half((found, marks((*HERE, 0)))).ap == 1
    assert average_precision([(found, marks((*HERE, 0)))], (0.55,)).ap == 0


def test_the_mean_is_over_the_classes_that_are_marked() -> None:
    """Boxes of a class that is nowhere cost nothing, a missed class costs its share."""
    found = boxes((*HERE, 0.9, 0), (*ELSEWHERE, 0.9, 7))
    scores = at_half((found, marks((*HERE, 0), (*THERE, 1))))
    assert scores.class_id.tolist() == [0, 1]
    assert scores.precision.tolist() == [[1, 0]]
    assert scores.ap == 0.5


def test_confidence_counts_across_pictures() -> None:
    """Right at 0.6, wrong at 0.9 in another picture, right at 0.8: precisions 0, 1/2, 2/3."""
    pictures = [
        (boxes((*HERE, 0.6, 0)), marks((*HERE, 0))),
        (boxes((*ELSEWHERE, 0.9, 0)), marks()),
        (boxes((*THERE, 0.8, 0)), marks((*THERE, 0))),
    ]
    assert at_half(*pictures).ap == pytest.approx(2 / 3)


def test_boxes_in_a_crowd_do_not_count() -> None:
    crowd = marks((*HERE, 0), (40, 40, 90, 90, 0), crowd=(False, True))
    wrong_in_crowd = boxes((*ELSEWHERE, 0.95, 0), (45, 45, 60, 60, 0.93, 0), (*HERE, 0.9, 0))
    scores = at_half((wrong_in_crowd, crowd))
    assert scores.ap == 1
    assert scores.marked.tolist() == [1]
    assert at_half((boxes((*THERE, 0.95, 0), (*HERE, 0.9, 0)), crowd)).ap == 0.5


def test_only_so_many_boxes_of_a_picture() -> None:
    found = boxes((*ELSEWHERE, 0.9, 0), (*HERE, 0.8, 0))
    assert at_half((found, marks((*HERE, 0))), most=1).ap == 0


def test_the_ten_thresholds() -> None:
    """An overlap of 8/10 is enough for 0.5 to 0.8: seven of ten."""
    scores = average_precision([(boxes((0, 0, 10, 8, 0.9, 0)), marks((*HERE, 0)))])
    assert scores.ious == COCO_IOUS == (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
    assert scores.ap == pytest.approx(0.7)
    assert (scores.ap_at(0.5), scores.ap_at(0.8), scores.ap_at(0.85)) == (1, 1, 0)


def scene(seed: int, pictures: int) -> list[tuple[Detections, Truth]]:
    """Things of three classes, found more or less well, or twice, or in another class, or not; and some invented."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(pictures):
        count = int(random.integers(0, 7))
        corner, size = random.uniform(0, 100, (count, 2)), random.uniform(8, 60, (count, 2))
        things = np.concatenate((corner, corner + size), axis=1)
        classes = random.integers(0, 3, count)
        again = random.permutation(np.repeat(np.arange(count), 2))[: int(count * 1.3)]
        found = things[again] + random.normal(0, 4, (len(again), 4))
        invented = random.uniform(0, 100, (int(random.integers(0, 3)), 2))
        found = np.concatenate((found, np.concatenate((invented, invented + 30), axis=1)))
        found[:, 2:] = np.maximum(found[:, 2:], found[:, :2] + 1)
        guesses = np.concatenate((classes[again], random.integers(0, 3, len(invented))))
        wrong = random.random(len(guesses)) < 0.1
        guesses[wrong] = (guesses[wrong] + 1) % 3
        confidence = random.uniform(0.01, 1, len(found))
        made.append((
            Detections(found.astype(np.float32), confidence.astype(np.float32), guesses.astype(np.int32)),
            Truth(things.astype(np.float32), classes),
        ))  # fmt: skip
    return made


@pytest.mark.parametrize("seed", range(4))
def test_supervision_counts_the_same(seed: int) -> None:
    supervision = need_library("supervision")
    metrics = need_library("supervision.metrics")
    pictures = scene(seed, 25)
    theirs = metrics.MeanAveragePrecision()
    theirs.update(
        [
            supervision.Detections(xyxy=found.xyxy.copy(), confidence=found.confidence, class_id=found.class_id)
            for found, _ in pictures
        ],
        [supervision.Detections(xyxy=truth.xyxy, class_id=truth.class_id) for _, truth in pictures],
    )
    counted = theirs.compute()
    ours = average_precision(pictures)
    assert ours.ap == pytest.approx(counted.map50_95, abs=1e-6)
    assert ours.ap_at(0.5) == pytest.approx(counted.map50, abs=1e-6)
    assert ours.ap_at(0.75) == pytest.approx(counted.map75, abs=1e-6)
    assert 0.1 < counted.map50_95 < counted.map50 < 1


@given(st.integers(0, 2**16))
def test_what_must_hold_of_any_boxes(seed: int) -> None:
    pictures = scene(seed, 6)
    scores = average_precision(pictures)
    assert ((scores.precision >= 0) & (scores.precision <= 1)).all()
    assert (np.diff(scores.recall, axis=0) <= 0).all()  # a higher threshold finds no more
    assert (scores.precision <= scores.recall + 1 / 101).all()
    backwards = average_precision(pictures[::-1])
    np.testing.assert_allclose(scores.precision, backwards.precision)  # no two boxes are equally sure


def test_the_arrays_are_left_alone() -> None:
    found, truth = scene(1, 1)[0]
    copies: list[NDArray[np.generic]] = [truth.xyxy.copy(), truth.class_id.copy()]
    average_precision([(found, truth)])
    assert (truth.xyxy == copies[0]).all()
    assert (truth.class_id == copies[1]).all()
