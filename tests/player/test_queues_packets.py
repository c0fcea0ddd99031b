"""PacketQueue: whatever is done to it, its books are right and nothing old comes out."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from player.queues.packet_queue import PacketQueue, QueuedPacket

WAIT_S = 5.0


class Joined:
    """A thread that is expected to end; `result` waits for it."""

    def __init__(self, body: Callable[[], object]) -> None:
        self._result: list[object] = []
        self.began = threading.Event()

        def run() -> None:
            self.began.set()
            self._result.append(body())

        self._thread = threading.Thread(target=run)
        self._thread.start()
        assert self.began.wait(WAIT_S)

    def result(self) -> object:
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive(), "a waiting thread was not woken"
        return self._result[0]


def queue(on_hungry: Callable[[], None] = lambda: None, low_water: int = 25) -> PacketQueue[int]:
    made: PacketQueue[int] = PacketQueue(on_hungry, low_water)
    made.start()
    return made


class PacketQueueMachine(RuleBasedStateMachine):
    """Against a plain list of what must be in it. Takes only what is there, so nothing waits."""

    def __init__(self) -> None:
        super().__init__()
        self.hungry = 0
        self.queue: PacketQueue[int] = PacketQueue(self._on_hungry, low_water=3)
        self.model: deque[QueuedPacket[int]] = deque()
        self.aborted = True
        self.serial = 0
        self.start_at: float | None = None
        self.ended = False
        self.number = 0

    def _on_hungry(self) -> None:
        self.hungry += 1

    @rule(origin=st.none() | st.floats(0.0, 100.0))
    def start(self, origin: float | None) -> None:
        assert self.queue.start(origin) == self.serial + 1
        self.aborted = False
        self._renewed()
        assert self.queue.origin_s == origin

    @rule()
    def flush(self) -> None:
        assert self.queue.flush() == self.serial + 1
        self._renewed()

    def _renewed(self) -> None:
        self.serial += 1
        self.model.clear()
        self.start_at, self.ended = None, False

    @rule(origin=st.floats(0.0, 100.0), cut=st.booleans())
    def begin_at(self, origin: float, cut: bool) -> None:
        self.queue.begin_at(origin, cut=cut)
        self.start_at = origin if cut else None
        assert self.queue.origin_s == origin

    @rule()
    def abort(self) -> None:
        self.queue.abort()
        self.aborted = True
        self.model.clear()
        assert self.queue.get() is None

    @rule(size=st.integers(0, 2000), duration=st.sampled_from([0.0, 0.02, 0.04, 1 / 3, 0.1]))
    def put(self, size: int, duration: float) -> None:
        self.number += 1
        assert self.queue.put(self.number, size_bytes=size, duration_s=duration) == (not self.aborted)
        if not self.aborted:
            self.model.append(QueuedPacket(self.number, self.serial, self.start_at, size, duration))

    @rule()
    def put_end(self) -> None:
        assert self.queue.put_end() == (not self.aborted)
        if not self.aborted:
            self.ended = True
            self.model.append(QueuedPacket(None, self.serial, self.start_at))

    @precondition(lambda self: self.model)
    @rule()
    def get(self) -> None:
        low, hungry = len(self.model) <= 3 and not self.ended, self.hungry
        assert self.queue.get() == self.model.popleft()
        assert self.hungry == hungry + low

    @rule(keep=st.integers(0, 4000))
    def drop_oldest(self, keep: int) -> None:
        def is_key(number: int) -> bool:
            return number % 4 == 0

        gone = self.queue.drop_oldest(keep, is_key)
        dropped = [self.model.popleft() for _ in range(gone)]
        assert all(item.packet is not None for item in dropped), "the end of the stream must not be lost"
        if dropped and self.model and self.model[0].packet is not None:
            assert is_key(self.model[0].packet), "decoding cannot resume there"
            assert sum(item.size_bytes for item in self.model) <= keep
        if not dropped and self.model and self.model[0].packet is not None:
            assert sum(item.size_bytes for item in self.model) <= keep

    @invariant()
    def books_are_right(self) -> None:
        assert self.queue.serial == self.serial
        assert self.queue.count == len(self.model)
        assert self.queue.size_bytes == sum(item.size_bytes for item in self.model)
        assert self.queue.duration_s == pytest.approx(sum(item.duration_s for item in self.model), abs=1e-9)
        assert self.queue.aborted == self.aborted
        assert self.queue.ended == self.ended or self.aborted


TestPacketQueue = PacketQueueMachine.TestCase


def test_books_do_not_drift_over_a_long_play() -> None:
    played = queue()
    for number in range(20_000):
        played.put(number, size_bytes=number % 977, duration_s=1 / 3)
        if number >= 10:
            played.get()
    while played.count:
        played.get()
    assert played.size_bytes == 0
    assert played.duration_s == pytest.approx(0.0, abs=1e-9)


def test_a_packet_knows_the_serial_it_was_put_with() -> None:
    packets = queue()
    packets.put(1, size_bytes=1, duration_s=0.0)
    packets.begin_at(5.0, cut=True)
    packets.put(2, size_bytes=1, duration_s=0.0)
    first, second = packets.get(), packets.get()
    assert first is not None
    assert second is not None
    assert (first.serial, first.start_at_s) == (1, None)
    assert (second.serial, second.start_at_s) == (1, 5.0)


def test_a_waiting_taker_is_woken_by_a_put() -> None:
    packets = queue()
    taker = Joined(packets.get)
    packets.put(7, size_bytes=1, duration_s=0.0)
    taken = taker.result()
    assert isinstance(taken, QueuedPacket)
    assert taken.packet == 7


def test_a_waiting_taker_is_woken_by_the_end() -> None:
    packets = queue()
    taker = Joined(packets.get)
    packets.put_end()
    taken = taker.result()
    assert isinstance(taken, QueuedPacket)
    assert taken.packet is None


def test_a_waiting_taker_is_woken_by_an_abort() -> None:
    packets = queue()
    takers = [Joined(packets.get) for _ in range(3)]
    packets.abort()
    assert [taker.result() for taker in takers] == [None, None, None]


def test_a_flush_does_not_wake_a_taker_with_nothing() -> None:
    packets = queue()
    taker = Joined(packets.get)
    packets.flush()
    packets.put(9, size_bytes=1, duration_s=0.0)
    taken = taker.result()
    assert isinstance(taken, QueuedPacket)
    assert (taken.packet, taken.serial) == (9, 2)


def test_making_room_goes_on_to_a_key_frame() -> None:
    packets = queue()
    for number in range(1, 13):
        packets.put(number, size_bytes=100, duration_s=0.04)
    assert packets.drop_oldest(650, lambda number: number % 4 == 0) == 7
    assert (packets.count, packets.size_bytes, packets.dropped) == (5, 500, 7)
    first = packets.get()
    assert first is not None
    assert first.packet == 8


def test_where_there_is_room_nothing_is_dropped() -> None:
    packets = queue()
    for number in range(1, 6):
        packets.put(number, size_bytes=100, duration_s=0.04)
    assert packets.drop_oldest(500, lambda _number: False) == 0
    assert packets.count == 5


def test_without_a_key_frame_everything_but_the_end_goes() -> None:
    packets = queue()
    for number in range(1, 6):
        packets.put(number, size_bytes=100, duration_s=0.04)
    packets.put_end()
    assert packets.drop_oldest(300, lambda _number: False) == 5
    rest = packets.get()
    assert rest is not None
    assert rest.packet is None


def test_hunger_is_told_outside_the_lock() -> None:
    looked: list[int] = []

    def look() -> None:
        looked.append(packets.count)
        assert Joined(lambda: packets.put(99, size_bytes=1, duration_s=0.0)).result() is True

    packets = queue(look, low_water=1)
    packets.put(1, size_bytes=1, duration_s=0.0)
    taken = packets.get()
    assert taken is not None
    assert taken.packet == 1
    assert looked == [1]


def test_many_puts_takes_and_flushes_at_once() -> None:
    """Three threads at it: what is taken never goes back in serial, and the books close at zero."""
    packets = queue()
    taken: list[QueuedPacket[int]] = []
    flushes = 200

    def take() -> None:
        while (item := packets.get()) is not None:
            taken.append(item)

    def put() -> None:
        for number in range(5000):
            packets.put(number, size_bytes=3, duration_s=0.5)

    taker, putter = Joined(take), Joined(put)
    for _ in range(flushes):
        packets.flush()
    putter.result()
    packets.abort()
    taker.result()
    serials = [item.serial for item in taken]
    assert serials == sorted(serials)
    assert packets.serial == flushes + 1
    assert (packets.count, packets.size_bytes, packets.duration_s) == (0, 0, 0.0)
