"""Which picture is looked at next: one that it is in time for, else the newest; what rests or is held comes first."""

from __future__ import annotations

import dataclasses

import pytest

from player.analysis.keys import PictureKey, key_of
from player.analysis.mailbox import Job, Mailbox
from player.analysis.policy import Mark, age_frames, choose, due_at
from player.records import NOT_COUNTED
from tests.analysis.test_keys import Index, picture


def job(order: int, *, serial: int = 3, index: int | None = None) -> Job:
    """Pictures 100 ms apart, the first at 0 s."""
    made = dataclasses.replace(picture(order * 10, index=index, serial=serial, order=order), time_s=order / 10)
    return Job(made, key_of(made, None))


def orders(box: Mailbox, count: int, ready_at: float = 0.0) -> list[int | None]:
    """The next so many that are taken, when nothing is found in them."""
    known: list[PictureKey] = []
    taken: list[int | None] = []
    for _ in range(count):
        took = box.take(lambda key: any(key.is_same(other) for other in known), ready_at)
        taken.append(None if took is None else took.key.order)
        if took is not None:
            known.append(took.key)
    return taken


def test_a_model_that_keeps_up_leaves_none_out() -> None:
    assert choose([10.0, 10.1], ready_at=9.9) == 0


def test_one_that_does_not_takes_the_one_it_is_in_time_for_or_else_the_newest() -> None:
    assert choose([10.0, 10.1], ready_at=10.05) == 1
    assert choose([10.0, 10.1], ready_at=12.0) == 1
    assert choose([None, None], ready_at=12.0) == 0


@pytest.mark.parametrize("speed", [0.25, 1.0, 4.0])
def test_when_a_picture_is_due_is_told_from_the_one_on_screen(speed: float) -> None:
    last = Mark(at=100.0, time_s=7.0, serial=1)
    assert due_at(7.2, 1, last, speed) == pytest.approx(100.0 + 0.2 / speed)
    assert due_at(7.2, 2, last, speed) is None
    assert due_at(7.2, 1, None, speed) is None


def test_who_holds_playback_begins_nothing_that_will_be_late() -> None:
    assert choose([10.0, 10.1], ready_at=12.0, or_newest=False) is None
    box = Mailbox()
    box.holds = True
    box.shown(job(0), resting=False, at=10.0)
    box.coming(job(1))
    assert orders(box, 1, ready_at=10.2) == [None]
    box.hold(job(1))
    assert orders(box, 1, ready_at=10.2) == [1]


def test_an_age_is_in_pictures_by_number_or_else_by_place() -> None:
    assert age_frames(PictureKey(0, 4, 1, 4), PictureKey(0, 9, 2, 1)) == 5
    assert age_frames(PictureKey(0, None, 1, 4), PictureKey(0, 9, 1, 6)) == 2
    assert age_frames(PictureKey(0, None, 1, 4), PictureKey(0, None, 2, 6)) is None
    assert age_frames(PictureKey(0, 9, 1, 9), PictureKey(0, 4, 1, 4)) is None, "of a picture that is yet to come"
    assert age_frames(PictureKey(0, None, 1, NOT_COUNTED), PictureKey(0, None, 1, 4)) is None


def test_two_wait_and_the_newer_push_the_older_out() -> None:
    box = Mailbox()
    for order in range(4):
        box.coming(job(order))
    assert orders(box, 3) == [2, 3, None]
    assert box.skipped == 2


def test_what_was_passed_by_or_is_of_another_place_does_not_wait() -> None:
    box = Mailbox()
    box.coming(job(0))
    box.coming(job(1))
    box.shown(job(1), resting=False, at=10.0)
    assert orders(box, 2) == [1, None]
    box.coming(job(2))
    box.coming(job(0, serial=4))
    assert orders(box, 2) == [0, None]


def test_what_rests_comes_first_and_then_what_will_be_stepped_to() -> None:
    box = Mailbox()
    box.shown(job(0), resting=False, at=10.0)
    box.coming(job(1))
    box.coming(job(2))
    box.shown(job(0), resting=True, at=10.0)
    assert orders(box, 4, ready_at=99.0) == [0, 1, 2, None]


def test_what_playback_is_held_for_comes_before_everything() -> None:
    box = Mailbox()
    box.coming(job(1))
    box.coming(job(2))
    box.hold(job(0))
    assert orders(box, 3) == [0, 1, 2]


def test_a_slow_model_takes_the_newest_of_those_that_wait() -> None:
    for ready_at, first in ((10.05, 1), (10.15, 2), (30.0, 2)):
        box = Mailbox()
        box.shown(job(0), resting=False, at=10.0)
        box.coming(job(1))
        box.coming(job(2))
        assert orders(box, 1, ready_at) == [first]


def test_pictures_that_nobody_can_name_are_not_looked_at_for_ever() -> None:
    box = Mailbox()
    nameless = picture(10, order=NOT_COUNTED)
    box.shown(Job(nameless, key_of(nameless, None)), resting=True, at=1.0)
    assert box.take(lambda _key: False, 1.0) is None
    named = picture(10, index=1, order=NOT_COUNTED)
    box.shown(Job(named, key_of(named, None)), resting=True, at=1.0)
    assert box.take(lambda _key: False, 1.0) is not None
    box.renumber(lambda made: key_of(made, Index()))
    assert box.screen is not None
    assert box.screen.key.index == 1
