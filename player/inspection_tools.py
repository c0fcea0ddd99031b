"""The real indexer and reader of an open file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from player.inspection import Indexer, Reader, Tools
from player.media.source import can_open_again

if TYPE_CHECKING:
    from player.assembly import Surroundings
    from player.media.frame_index import FrameIndex
    from player.options import OpenOptions
    from player.records import Track


def inspection_tools(
    path: str, options: OpenOptions, around: Surroundings, is_busy: Callable[[], bool]
) -> Tools | None:
    """None where the file cannot be read a second time. Their modules are imported when they are first needed."""
    if not options.index or not can_open_again(path):
        return None

    def make_indexer(track: Track) -> Indexer:
        from player.media.index_builder import IndexBuilder
        from player.media.index_cache import IndexCache

        folder = options.index_folder
        return IndexBuilder(
            path,
            track,
            on_change=around.wakeup,
            cache=None if folder is None else IndexCache(folder),
            is_busy=is_busy,
            input=options.input,
            max_pixels=options.max_pixels,
        )

    def make_reader(track: Track, index: Callable[[], FrameIndex | None], doubt: Callable[[str], None]) -> Reader:
        from player.media.frame_reader import FrameReader

        return FrameReader(
            path,
            track,
            index=index,
            budget_bytes=options.cache_bytes or 0,
            prepare=around.prepare,
            wakeup=around.wakeup,
            now=around.now,
            on_doubt=doubt,
            max_pixels=options.max_pixels,
            input=options.input,
        )

    return Tools(make_indexer, make_reader)
