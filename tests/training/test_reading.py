"""The order of the pictures, and reading ahead: the same batches whether from the start or from within an epoch."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from player.errors import DataError
from player.training.data.image_set import MemoryImages, Places
from player.training.data.order import steps_in_epoch, training_batches, whole_batches
from player.training.data.reading import AHEAD, read_batches
from tests.helpers.libraries import need_torch

torch = need_torch()
READER = "read-pictures"


class SlowImages(MemoryImages):
    """Such as have to be fetched: counts what was read, and fails at the picture `damaged`."""

    in_memory = False

    def __init__(self, count: int, damaged: int = -1) -> None:
        pixels = np.arange(count, dtype=np.uint8)[:, None, None, None]
        super().__init__(pixels, np.arange(count, dtype=np.int64) % 3, ("a", "b", "c"))
        self._damaged = damaged
        self.read_pictures = 0

    def read(self, places: Places) -> torch.Tensor:  # type: ignore[name-defined]
        if self._damaged in places:
            raise DataError(f"Cannot read {self._damaged}.png.")
        self.read_pictures += len(places)
        return super().read(places)


def test_an_epoch_shows_every_picture_at_most_once() -> None:
    batches = list(training_batches(103, 10, seed=4))
    assert len(batches) == steps_in_epoch(103, 10) == 10
    assert len(set(np.concatenate(batches).tolist())) == 100
    assert steps_in_epoch(3, 10) == 1
    assert sorted(next(training_batches(3, 10, seed=4))) == [0, 1, 2]


def test_every_picture_once_in_order_for_validation() -> None:
    assert [batch.tolist() for batch in whole_batches(5, 2)] == [[0, 1], [2, 3], [4]]


def test_an_epoch_taken_up_in_its_middle_goes_on_as_it_would_have() -> None:
    whole = list(training_batches(103, 10, seed=4))
    rest = list(training_batches(103, 10, seed=4, first_step=7))
    assert np.array_equal(np.stack(whole[7:]), np.stack(rest))
    other = np.concatenate(list(training_batches(103, 10, seed=5)))
    assert not np.array_equal(np.concatenate(whole), other)


@pytest.mark.parametrize("images", [SlowImages(90), MemoryImages(np.zeros((90, 1, 1, 1), np.uint8), np.arange(90), ())])
def test_batches_come_as_they_were_asked_for(images: MemoryImages) -> None:
    wanted = list(training_batches(90, 40, seed=1))
    with read_batches(images, wanted) as batches:
        got = list(batches)
    assert len(got) == len(wanted) == 2
    for (pictures, labels), places in zip(got, wanted, strict=True):
        assert torch.equal(pictures, images.read(places))
        assert labels.tolist() == images.labels[places].tolist()
        assert labels.dtype == torch.int64


def test_reading_ahead_stops_where_enough_is_waiting() -> None:
    images = SlowImages(200)
    asked = threading.Semaphore(0)

    def batches() -> Iterator[Places]:
        for places in whole_batches(200, 10):
            asked.release()
            yield places

    with read_batches(images, batches()) as got:
        next(got)
        for _ in range(AHEAD + 2):  # one taken, those that wait, and one in the reader's hand
            assert asked.acquire(timeout=10)
        assert not asked.acquire(blocking=False)
    assert images.read_pictures <= (AHEAD + 2) * 10
    assert READER not in {thread.name for thread in threading.enumerate()}


def test_leaving_early_ends_the_reader() -> None:
    with read_batches(SlowImages(200), whole_batches(200, 10)) as got:
        next(got)
    assert READER not in {thread.name for thread in threading.enumerate()}


def test_what_goes_wrong_is_raised_in_its_place() -> None:
    with read_batches(SlowImages(40, damaged=25), whole_batches(40, 10)) as got:
        assert len(next(got)[0]) == len(next(got)[0]) == 10
        with pytest.raises(DataError, match=r"Cannot read 25\.png"):
            next(got)
