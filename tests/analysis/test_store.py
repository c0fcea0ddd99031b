"""Results are found by their picture whatever became of its number, and never take more room than they were given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from player.analysis.detections import Result
from player.analysis.keys import PictureKey
from player.analysis.store import RESULT_BYTES, ResultStore
from tests.analysis.test_keys import Index
from tests.helpers.reading_model import boxes_saying, number_said

ROOM = 1 << 20


def result(key: PictureKey, number: int = 0, count: int = 1) -> Result:
    return Result(key, "model", boxes_saying(number, count), False, 0.01)


def said(store: ResultStore, key: PictureKey) -> int | None:
    found = store.find(key)
    return None if found is None else number_said(found.raw)


def test_a_result_outlives_a_seek_by_its_number() -> None:
    store = ResultStore(ROOM)
    store.add(result(PictureKey(70, 7, serial=1, order=7), 7))
    assert said(store, PictureKey(70, 7, serial=4, order=0)) == 7
    assert said(store, PictureKey(70, 8, serial=1, order=7)) is None
    assert said(store, PictureKey(71, 7, serial=1, order=7)) is None


def test_a_damaged_picture_and_its_whole_self_have_a_result_each() -> None:
    """After a seek into broken references, say, and decoded again from the start."""
    store = ResultStore(ROOM)
    store.add(result(PictureKey(70, 7, serial=1, order=7, damaged=True), 70))
    assert said(store, PictureKey(70, 7, serial=2, order=0)) is None
    store.add(result(PictureKey(70, 7, serial=2, order=0), 7))
    assert said(store, PictureKey(70, 7, serial=4, order=3, damaged=True)) == 70
    assert said(store, PictureKey(70, 7, serial=4, order=3)) == 7


def test_without_a_number_it_is_its_own_decodings() -> None:
    store = ResultStore(ROOM)
    store.add(result(PictureKey(70, None, serial=1, order=7), 7))
    assert said(store, PictureKey(70, 7, serial=1, order=7)) == 7
    assert said(store, PictureKey(70, None, serial=2, order=7)) is None
    assert said(store, PictureKey(70, None, serial=1, order=57)) is None


def test_the_number_may_come_later_and_may_change() -> None:
    store = ResultStore(ROOM)
    store.add(result(PictureKey(70, None, serial=1, order=7), 7))
    store.number_by(Index())
    assert said(store, PictureKey(70, 7, serial=9, order=0)) == 7
    store.number_by(Index(first=1))
    assert said(store, PictureKey(70, 8, serial=9, order=0)) == 7
    assert said(store, PictureKey(70, 7, serial=9, order=0)) is None
    store.number_by(Index(counted=True))
    assert said(store, PictureKey(70, 8, serial=9, order=0)) is None
    assert said(store, PictureKey(70, None, serial=1, order=7)) == 7


def test_a_second_look_takes_the_place_of_the_first() -> None:
    store = ResultStore(ROOM)
    store.add(result(PictureKey(70, 7, 1, 7), 1))
    store.add(result(PictureKey(70, 7, 2, 0), 2))
    assert len(store) == 1
    assert said(store, PictureKey(70, 7, 1, 7)) == 2


def test_the_oldest_go_when_there_are_too_many_or_too_much() -> None:
    few = ResultStore(ROOM, most=3)
    for number in range(5):
        few.add(result(PictureKey(number, number, 1, number), number))
    assert [said(few, PictureKey(n, n, 1, n)) for n in range(5)] == [None, None, 2, 3, 4]
    one = result(PictureKey(0, 0, 1, 0), 0, count=100)
    small = ResultStore(2 * (RESULT_BYTES + one.raw.nbytes))
    for number in range(5):
        small.add(result(PictureKey(number, number, 1, number), number, count=100))
    assert len(small) == 2
    assert small.size_bytes <= 2 * (RESULT_BYTES + one.raw.nbytes)
    small.clear()
    assert (len(small), small.size_bytes) == (0, 0)


keys = st.builds(
    PictureKey,
    pts=st.sampled_from([None, 0, 10]),
    index=st.sampled_from([None, 0, 1, 2]),
    serial=st.integers(1, 2),
    order=st.integers(-1, 2),
)


@given(st.lists(keys, max_size=12), keys)
def test_what_is_found_is_surely_the_same_picture(added: list[PictureKey], asked: PictureKey) -> None:
    store = ResultStore(ROOM, most=6)
    for number, key in enumerate(added):
        store.add(result(key, number))
    found = store.find(asked)
    assert found is None or found.key.is_same(asked)
    assert len(store) <= 6
    assert store.size_bytes == len(store) * (RESULT_BYTES + boxes_saying(0).nbytes)
