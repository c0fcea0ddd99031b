"""An IndexBuilder and its news, for tests: wait for an index without sleeping."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from player.media.index_builder import IndexBuilder
from player.media.picture_reader import PictureReader
from player.media.source import choose_track, open_source
from player.options import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.media.frame_index import FrameIndex
    from player.media.index_cache import IndexCache

PATIENCE_S = 30.0

Row = tuple[int | None, float, bool]


class Indexing:
    """The builder of a file's first video track, running until the end of the block."""

    def __init__(
        self,
        path: Path,
        *,
        cache: IndexCache | None = None,
        is_busy: Callable[[], bool] = lambda: False,
        input: Input = Input(),  # noqa: B008  # the option's name; frozen
    ) -> None:
        source = open_source(str(path), input=input)
        track = choose_track(source, "video", None)
        source.close()
        assert track is not None
        self._news = threading.Condition()
        self.builder = IndexBuilder(
            str(path), track, on_change=self._on_change, cache=cache, is_busy=is_busy, input=input
        )
        self.indexes: list[FrameIndex | None] = []

    def __enter__(self) -> Self:
        self.builder.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.builder.close()

    def _on_change(self) -> None:
        with self._news:
            self.indexes.append(self.builder.index)
            self._news.notify_all()

    def until(self, done: Callable[[FrameIndex | None], bool]) -> FrameIndex | None:
        """The newest index once `done` is true of it, or once the builder has failed."""
        with self._news:
            assert self._news.wait_for(lambda: bool(self.builder.failed) or done(self.builder.index), PATIENCE_S)
            return self.builder.index

    def final(self) -> FrameIndex:
        index = self.until(lambda index: index is not None and index.final)
        assert index is not None, self.builder.failed
        return index


def truth_of_decoder(path: Path) -> list[Row]:
    """Timestamp, time and key of every picture, by decoding the file from its start."""
    source = open_source(str(path))
    try:
        track = choose_track(source, "video", None)
        assert track is not None
        return [(each.pts, each.time_s, each.key) for each in PictureReader(source, track)]
    finally:
        source.close()


def rows_of(index: FrameIndex) -> list[Row]:
    return [(index.pts_of(each), index.time_of(each), index.is_key(each)) for each in range(index.count)]
