"""FrameQueue: a small ring with room for the picture on screen, that waits, refuses what is stale, and can be ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from player.queues.frame_queue import FrameQueue
from tests.player.test_queues_packets import Joined


@dataclass(frozen=True)
class Item:
    number: int
    serial: int


class Serial:
    def __init__(self) -> None:
        self.now = 1

    def __call__(self) -> int:
        return self.now


def queue(serial: Serial, capacity: int = 3, *, keep_last: bool = True) -> FrameQueue[Item]:
    return FrameQueue(capacity, keep_last=keep_last, current_serial=serial, on_put=lambda: None)


class FrameQueueMachine(RuleBasedStateMachine):
    """Against a list and a slot for what is on screen. Puts only where there is room, so nothing waits."""

    def __init__(self) -> None:
        super().__init__()
        self.serial = Serial()
        self.model: deque[Item] = deque()
        self.shown: Item | None = None
        self.aborted = False
        self.number = 0
        self.puts = 0

    @initialize(capacity=st.integers(1, 5), keep_last=st.booleans())
    def make(self, capacity: int, keep_last: bool) -> None:
        self.capacity, self.keep_last = capacity, keep_last
        self.queue: FrameQueue[Item] = FrameQueue(
            capacity, keep_last=keep_last, current_serial=self.serial, on_put=self._on_put
        )

    def _on_put(self) -> None:
        self.puts += 1

    @property
    def room(self) -> bool:
        return len(self.model) + (self.shown is not None) < self.capacity

    @precondition(lambda self: self.room or self.aborted)
    @rule()
    def put(self) -> None:
        self.number += 1
        item, puts = Item(self.number, self.serial.now), self.puts
        assert self.queue.put(item) == (not self.aborted)
        assert self.puts == puts + (not self.aborted)
        if not self.aborted:
            self.model.append(item)

    @rule()
    def put_stale(self) -> None:
        assert not self.queue.put(Item(-1, self.serial.now - 1)), "a full queue must not be waited for either"

    @rule()
    def take(self) -> None:
        self.queue.next()
        if self.model:
            item = self.model.popleft()
            self.shown = item if self.keep_last else None

    @rule()
    def flush(self) -> None:
        self.serial.now += 1
        self.queue.drop_stale()
        self.model.clear()

    @rule()
    def flush_unnoticed(self) -> None:
        """The packet queue was flushed, and nobody has told this one yet."""
        self.serial.now += 1

    @rule()
    def drop_stale(self) -> None:
        self.queue.drop_stale()
        self.model = deque(item for item in self.model if item.serial == self.serial.now)

    @rule()
    def clear(self) -> None:
        self.queue.clear()
        self.model.clear()
        self.shown = None

    @rule()
    def abort(self) -> None:
        self.queue.abort()
        self.aborted = True
        assert self.queue.wait() is None

    @rule()
    def start(self) -> None:
        self.queue.start()
        self.aborted = False

    @precondition(lambda self: self.model and not self.aborted)
    @rule()
    def wait(self) -> None:
        assert self.queue.wait() == self.model[0]

    @invariant()
    def it_looks_as_it_should(self) -> None:
        assert self.queue.peek_last() == self.shown
        assert self.queue.peek() == (self.model[0] if self.model else None)
        assert self.queue.peek_next() == (self.model[1] if len(self.model) > 1 else None)
        assert self.queue.remaining == len(self.model)
        assert len(self.model) + (self.shown is not None) <= self.capacity


TestFrameQueue = FrameQueueMachine.TestCase


def test_the_picture_on_screen_keeps_its_place() -> None:
    serial = Serial()
    pictures = queue(serial)
    for number in range(3):
        assert pictures.put(Item(number, 1))
    writer = Joined(lambda: pictures.put(Item(3, 1)))
    pictures.next()  # shown now, still in its place: no room
    assert pictures.remaining == 2
    pictures.next()  # the first is let go
    assert writer.result() is True
    assert pictures.peek_last() == Item(1, 1)
    assert pictures.remaining == 2


def test_without_keep_last_a_taken_item_is_gone() -> None:
    cues = queue(Serial(), 2, keep_last=False)
    cues.put(Item(0, 1))
    cues.next()
    assert cues.peek_last() is None
    assert cues.remaining == 0


def test_a_waiting_writer_gives_up_when_its_picture_is_stale() -> None:
    serial = Serial()
    pictures = queue(serial, 1)
    pictures.put(Item(0, 1))
    writer = Joined(lambda: pictures.put(Item(1, 1)))
    serial.now = 2
    pictures.drop_stale()
    assert writer.result() is False
    assert pictures.peek() is None


@pytest.mark.parametrize("how", ["next", "clear", "abort"])
def test_a_waiting_writer_is_woken(how: str) -> None:
    pictures = queue(Serial(), 1, keep_last=False)
    pictures.put(Item(0, 1))
    writer = Joined(lambda: pictures.put(Item(1, 1)))
    getattr(pictures, how)()
    assert writer.result() is (how != "abort")


def test_a_waiting_reader_is_woken_by_a_put_and_by_an_abort() -> None:
    pictures = queue(Serial())
    reader = Joined(pictures.wait)
    pictures.put(Item(5, 1))
    assert reader.result() == Item(5, 1)
    pictures.next()
    reader = Joined(pictures.wait)
    pictures.abort()
    assert reader.result() is None


def test_the_picture_on_screen_survives_a_flush() -> None:
    serial = Serial()
    pictures = queue(serial)
    for number in range(3):
        pictures.put(Item(number, 1))
    pictures.next()
    serial.now = 2
    pictures.drop_stale()
    assert pictures.peek_last() == Item(0, 1)
    assert pictures.remaining == 0
    pictures.put(Item(9, 2))
    assert pictures.peek() == Item(9, 2)


def test_the_wake_up_comes_outside_the_lock() -> None:
    pictures: FrameQueue[Item] = FrameQueue(
        3,
        keep_last=True,
        current_serial=lambda: 1,
        on_put=lambda: seen.append(Joined(pictures.peek).result()),
    )
    seen: list[object] = []
    pictures.put(Item(4, 1))
    assert seen == [Item(4, 1)]


def test_one_writer_and_one_reader_at_full_speed() -> None:
    serial = Serial()
    pictures = queue(serial)
    count = 3000

    def write() -> int:
        return sum(pictures.put(Item(number, 1)) for number in range(count))

    writer = Joined(write)
    seen: list[int] = []
    while len(seen) < count:
        item = pictures.wait()
        assert item is not None
        seen.append(item.number)
        pictures.next()
    assert writer.result() == count
    assert seen == list(range(count))
