"""How much a thread takes that nobody waits for: all while the player is idle, a tenth while it is busy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from player.media.pace import BUSY_SHARE, LONG_S, QUIET_S, Pace, StoppedError
from tests.helpers.fake_time import FakeTime


class _Stop:
    """An event whose waits pass at once, on the test's clock."""

    def __init__(self, time: FakeTime) -> None:
        self._time = time
        self.waits: list[float] = []
        self.flag = False
        self.on_wait: Callable[[], None] = lambda: None

    def wait(self, timeout: float) -> bool:
        if not self.flag:
            self.waits.append(timeout)
            self._time.advance(timeout)
            self.on_wait()
        return self.flag

    def is_set(self) -> bool:
        return self.flag


def _pace(time: FakeTime, is_busy: Callable[[], bool]) -> tuple[Pace, _Stop]:
    pace, stop = Pace(is_busy, time), _Stop(time)
    pace._stop = stop  # type: ignore[assignment]
    return pace, stop


def test_an_idle_player_lends_everything() -> None:
    time = FakeTime(5.0)
    pace, stop = _pace(time, lambda: False)
    for _ in range(10):
        time.advance(0.002)
        pace.share()
        pace.yield_to_player()
    assert stop.waits == []


def test_a_busy_player_lends_a_tenth() -> None:
    time = FakeTime(5.0)
    pace, stop = _pace(time, lambda: True)
    for _ in range(100):
        time.advance(0.002)
        pace.share()
    assert 100 * 0.002 / (time() - 5.0) == pytest.approx(BUSY_SHARE)
    assert max(stop.waits) < 0.05


def test_decoding_waits_until_the_player_has_had_time_for_a_while() -> None:
    time = FakeTime(5.0)
    pace, _ = _pace(time, lambda: time() < 7.0 or 7.1 < time() < 7.6)
    pace.yield_to_player()
    assert time() == 7.5 + QUIET_S  # it was last seen busy at 7.5
    pace.yield_to_player()
    assert time() == 7.5 + QUIET_S


def test_decoding_does_not_wait_for_ever() -> None:
    time = FakeTime(5.0)
    pace, _ = _pace(time, lambda: True)
    pace.yield_to_player()
    waited_s = time() - 5.0
    assert LONG_S <= waited_s < LONG_S + 2
    time.advance(0.01)
    pace.yield_to_player()
    assert time() - 5.0 - waited_s == pytest.approx(0.01 / BUSY_SHARE)


@pytest.mark.parametrize("busy", [True, False])
def test_whoever_asks_for_the_end_gets_it_in_the_middle_of_a_wait(busy: bool) -> None:
    time = FakeTime(5.0)
    pace, stop = _pace(time, lambda: busy)

    def end() -> None:
        stop.flag = True

    stop.on_wait = end
    if not busy:
        end()
    with pytest.raises(StoppedError):
        pace.yield_to_player()
    assert len(stop.waits) <= 1
