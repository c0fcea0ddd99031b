"""The reader thread: any picture by its ordinal, and those that travel will get to before it gets there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from player.media.frame_cache import default_budget
from player.media.frame_work import FrameWork
from player.options import DEFAULT_MAX_PIXELS, Input
from player.worker import Worker

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture, Track


class FrameReader:
    """Nothing waits but `close`. The thread is started, and the file opened, when a picture is first asked for.

    `index` gives the newest index, None while there is none: call `poke` when there is another. `prepare` is the
    view's hook, called on the reader thread for the wanted picture and a few ahead. `wakeup` is called on the reader
    thread when the wanted picture has come or cannot come: `get` it, or see `failed`. `on_doubt` gets a reason when
    the file does not do what the index says (IndexBuilder.doubt). `budget_bytes`: 0 for a quarter of free memory.
    """

    def __init__(
        self,
        path: str,
        track: Track,
        *,
        index: Callable[[], FrameIndex | None],
        budget_bytes: int = 0,
        prepare: Callable[[Picture], object | None] | None = None,
        wakeup: Callable[[], None],
        now: Callable[[], float],
        on_doubt: Callable[[str], None] = lambda _reason: None,
        max_pixels: int = DEFAULT_MAX_PIXELS,
        input: Input = Input(),  # noqa: B008  # the option's name; frozen
    ) -> None:
        self._work = FrameWork(
            path,
            track,
            index=index,
            budget_bytes=budget_bytes or default_budget(),
            prepare=prepare,
            wakeup=wakeup,
            now=now,
            on_doubt=on_doubt,
            max_pixels=max_pixels,
            input=input,
        )
        self._wakeup = wakeup
        self._worker: Worker | None = None
        self._closed = False

    @property
    def failed(self) -> str | None:
        """Why it cannot read, in a sentence; None when it can."""
        return self._work.failed

    @property
    def size_bytes(self) -> int:
        """Of the pictures that are kept, with what was prepared of them."""
        return self._work.size_bytes

    def want(self, ordinal: int, direction: int = 0) -> None:
        """The picture to be shown next; the latest wins. `direction` is where travel goes: -1, 1, or 0 for nowhere."""
        self._begin()
        self._work.want(ordinal, direction)

    def get(self, ordinal: int) -> Picture | None:
        """The picture if it is there, and prepared where there is a view that prepares."""
        return self._work.get(ordinal)

    def fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None:
        """Gives one picture, not prepared, to `done` on the reader thread; None when there is none. In order."""
        self._begin()
        self._work.fetch(ordinal, done)

    def add(self, picture: Picture, ordinal: int) -> None:
        """Somebody has decoded it already."""
        self._work.add(picture, ordinal)

    def poke(self) -> None:
        """There is a newer index."""
        self._work.poke()

    def forget_prepared(self) -> None:
        """The view wants its pixels otherwise from now on."""
        self._work.forget_prepared()

    def rest(self) -> None:
        """Somebody else needs the processors: nothing is read ahead until the next picture is wanted."""
        self._work.rest()

    def release_memory(self) -> None:
        """Playback goes on: pictures, decoder and file are let go of until somebody wants a picture again."""
        self._work.release_memory()

    def close(self) -> None:
        """Within 2 s; ThreadStuckError otherwise. Whoever waits for a picture is told that there is none."""
        self._closed = True
        self._work.stop()
        if self._worker is not None:
            self._worker.join()
        else:
            self._work.end()

    def _begin(self) -> None:
        if self._worker is None and not self._closed:
            self._worker = Worker("reader", self._run, self._on_error)
            self._worker.start()

    def _run(self) -> None:
        try:
            while self._work.wait():
                while not self._work.stopped and self._work.turn():
                    pass
        finally:
            self._work.end()

    def _on_error(self, error: BaseException) -> None:
        self._work.failed = f"The reader of pictures has failed: {error}"
        self._wakeup()
