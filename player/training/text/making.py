"""Pictures ahead of who learns from them: made in processes of their own, for drawing letters holds Python's lock."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from player.training.text.fonts import FontShelf
from player.training.text.painting import Size
from player.training.text.pictures import TextPicture, make_picture

_AHEAD = 48
"""Pictures that wait, at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which pictures: `make` of one gives the same wherever it is called."""

    shelf: FontShelf
    size: Size
    seed: int
    held_out: bool = False

    def make(self, number: int) -> TextPicture:
        return make_picture(self.shelf, self.size, self.seed, number, held_out=self.held_out)


@contextlib.contextmanager
def made(plan: Plan, numbers: Iterable[int], processes: int) -> Iterator[Iterator[TextPicture]]:
    """The pictures of these numbers, in their order."""
    if not processes:
        yield map(plan.make, numbers)
        return
    # Not forked: torch has threads by now, and their locks would be copied as they are.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (plan,)) as pool:
        try:
            yield _in_order(pool.submit, numbers)
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(submit: Callable[..., Future[TextPicture]], numbers: Iterable[int]) -> Iterator[TextPicture]:
    waiting: deque[Future[TextPicture]] = deque()
    for number in numbers:
        waiting.append(submit(_make, number))
        if len(waiting) == _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_plan: Plan | None = None
"""Of this process, set once at its start."""


def _begin(plan: Plan) -> None:
    global _plan
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    cv2.setNumThreads(1)
    _plan = plan


def _make(number: int) -> TextPicture:
    assert _plan is not None
    return _plan.make(number)
