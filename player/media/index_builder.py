"""The index thread: finds out which picture is the n-th, while nobody has to wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from player.errors import OpenError
from player.media.frame_index import FrameIndex
from player.media.pace import Pace, StoppedError, lower_priority
from player.media.packet_scan import PacketScan, index_of_raw
from player.media.source import can_open_again, open_source
from player.media.track_source import TrackSource
from player.options import DEFAULT_MAX_PIXELS, Input
from player.worker import Worker

if TYPE_CHECKING:
    from player.media.index_cache import IndexCache
    from player.records import Track

PORTION = 512
"""Packets between two looks at whether the player needs the machine: about two milliseconds."""
PORTION_BYTES = 2 << 20
FIRST_NEWS, NEWS_GROWTH = 512, 2
"""A provisional index is made of the first so many packets, then whenever there are so many times more."""
NO_TIME_BASE = Fraction(1, 90_000)
CHEAP_PIXELS = 600_000_000
"""Files of fewer are decoded as a whole at once: 300 pictures of 1080p, two or three seconds of one processor."""


class IndexBuilder:
    """Makes the index of one track. `start` it when the first picture is on screen; only regular files get an index.

    First come the packets: a provisional index. When the player has time (`is_busy`, which should be True while it
    plays, and while pictures are being stepped through) the decoder is asked whether it agrees, and where it does not
    the whole file is decoded. `on_change` is called on the index thread after `index` has changed.
    """

    def __init__(
        self,
        path: str,
        track: Track,
        *,
        on_change: Callable[[], None],
        cache: IndexCache | None,
        is_busy: Callable[[], bool],
        input: Input = Input(),  # noqa: B008  # the option's name; frozen
        max_pixels: int = DEFAULT_MAX_PIXELS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._track = track
        self._on_change = on_change
        self._cache = cache if input == Input() else None
        self._input = input
        self._max_pixels = max_pixels
        self._now = now
        self._pace = Pace(is_busy, now)
        self._woken = threading.Event()
        self._worker = Worker("index", self._run, self._on_error)
        self.index: FrameIndex | None = None
        """The newest; replaced whole, read by any thread."""
        self.why_decoded: str | None = None
        """Why the whole file was or is being decoded; None as long as the packets are believed."""
        self.failed: str | None = None
        """Why there is no (final) index and will be none, in a sentence."""
        self._doubt: str | None = None  # written by any thread

    def start(self) -> None:
        """Call once; does nothing for what is not a regular file."""
        if can_open_again(self._path):
            self._worker.start()

    def doubt(self, reason: str) -> None:
        """Somebody saw a picture that is not in the index: one pass of the decoder settles it. Any thread; at once."""
        self._doubt = self._doubt or reason
        self._woken.set()

    def close(self) -> None:
        """Raises ThreadStuckError when the thread does not end within 2 s."""
        self._pace.stop()
        self._woken.set()
        self._worker.join()

    # The index thread.

    def _run(self) -> None:
        lower_priority()
        try:
            reason = self._make()
            while reason is None:
                self._woken.wait()
                self._pace.share()
                reason = self._doubt
            self._decode(reason)
        except StoppedError:
            pass
        except OpenError as error:
            self.index, self.failed = None, str(error)
            self._on_change()

    def _on_error(self, error: BaseException) -> None:
        self.failed = f"The index of pictures cannot be made: {error}"
        self._on_change()

    def _make(self) -> str | None:
        """The index from the cache or from the packets; a reason why the whole file has to be decoded instead."""
        found = self._cache.load(self._path, self._track.index) if self._cache is not None else None
        if found is not None:
            self._publish(found)
            return None
        source = self._open(careful=False)
        try:
            if source.raw_count:
                self._publish(index_of_raw(source.raw_count, source.stream.time_base or NO_TIME_BASE))
                return None
            reason = self._scan(source)
            self._pace.yield_to_player()
            index = self.index
            if index is None:
                return reason or "the packets do not tell"
            if self._doubt or reason:
                return self._doubt or reason
            if index.count * self._pixels(source) < CHEAP_PIXELS:
                return "it is quickly done"
            from player.media.index_check import IndexCheck  # with numpy, which playing does without

            check = IndexCheck(
                index,
                source,
                between=self._pace.yield_to_player,
                now=self._now,
            )
            settled = check.settle()
        finally:
            source.close()
        if settled is not None:
            self._settle(settled)
        return check.reason

    def _open(self, *, careful: bool) -> TrackSource:
        return TrackSource(self._path, self._track, input=self._input, max_pixels=self._max_pixels, careful=careful)

    @staticmethod
    def _pixels(source: TrackSource) -> int:
        context = source.stream.codec_context
        return context.width * context.height

    def _scan(self, source: TrackSource) -> str | None:
        """One pass over the packets; why they are not to be believed."""
        scan = PacketScan(source.stream.time_base or NO_TIME_BASE)
        news, size, end = FIRST_NEWS, 0, PORTION
        while (packet := source.next_packet()) is not None:
            scan.add(packet)
            size += packet.size
            if scan.count < end and size < PORTION_BYTES:
                continue
            self._pace.share()
            size, end = 0, scan.count + PORTION
            if scan.count >= news:
                self._publish(scan.predict(complete=False))
                news = scan.count * NEWS_GROWTH
        self._publish(scan.predict(complete=True))
        return scan.doubt()

    def _decode(self, reason: str) -> None:
        from player.media.index_decode import IndexDecode

        self.why_decoded = reason
        if self.index is not None and self.index.final:
            self._publish(self.index.settled(False))
        decode = IndexDecode(self._pace.yield_to_player)
        source = open_source(self._path, input=self._input, max_pixels=self._max_pixels)
        try:
            decode.read(source, self._track)
        finally:
            source.close()
        again = self._open(careful=decode.damaged)
        try:
            self._settle(decode.prove(again))
        finally:
            again.close()

    def _settle(self, index: FrameIndex) -> None:
        self._publish(index)
        if self._cache is not None:
            self._cache.save(self._path, self._track.index, index)

    def _publish(self, index: FrameIndex | None) -> None:
        if index is not None:
            self.index = index
            self._on_change()
