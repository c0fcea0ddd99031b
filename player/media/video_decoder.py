"""The decode-video thread: packets to pictures, exact seek, early drops."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import av

from player.media.decoder import Packet, StreamDecoder
from player.media.filter_stage import PictureStage
from player.media.filters import FilterChoice
from player.media.picture_maker import FrameTime, PictureMaker
from player.media.tail_rescue import TailRescue
from player.media.trail import Trail
from player.queues.frame_queue import FrameQueue
from player.queues.packet_queue import PacketQueue, QueuedPacket
from player.records import Picture
from player.timebase import to_seconds

if TYPE_CHECKING:
    from av.video.stream import VideoStream

SEEK_TOLERANCE_S = 0.005
"""A picture this little before an exact target is the one asked for; mpv's figure."""
SHARP_TOLERANCE_S = 1e-6
LOOK_BACK = 8
"""Frames before an exact target that are kept for filters: some give one picture for several frames."""
FULL_DECODE_MARGIN_S = 0.1
"""This far before the target, or the file's end, every picture is decoded, those nobody refers to included."""


class VideoDecoder(StreamDecoder[av.VideoFrame]):
    """Fills the picture queue.

    `prepare` is the view's hook: what it returns travels with the picture. `coming` is told of a picture before that,
    when there is a place for it. `drop_early(time_s, serial)` says that a picture is too late to be worth preparing.
    `end_s` says where to cut it off; `last_s` is where the container says that the file ends; `filters` says what is
    between.
    """

    def __init__(
        self,
        stream: VideoStream,
        packets: PacketQueue[Packet],
        pictures: FrameQueue[Picture],
        *,
        now: Callable[[], float],
        start_s: float,
        threads: int,
        on_error: Callable[[BaseException], None],
        on_end: Callable[[], None],
        end_s: Callable[[], float | None] = lambda: None,
        last_s: float | None = None,
        attached: bool = False,
        prepare: Callable[[Picture], object | None] | None = None,
        coming: Callable[[Picture], None] = lambda _picture: None,
        drop_early: Callable[[float | None, int], bool] = lambda _time, _serial: False,
        filters: FilterChoice | None = None,
        on_warning: Callable[[str], None] = lambda _text: None,
        on_decoded: Callable[[float], None] = lambda _seconds: None,
        trail: Trail | None = None,
    ) -> None:
        super().__init__("decode-video", stream, packets, on_error)
        self._now = now
        self._pictures = pictures
        self._end_s = end_s
        self._last_s = last_s
        self._prepare = prepare
        self._coming = coming
        self._drop_early = drop_early
        self._on_end = on_end
        self._on_decoded = on_decoded
        self._trail = trail or Trail(now)
        self._maker = PictureMaker(stream, start_s=start_s, attached=attached)
        self._stage = PictureStage(
            self._maker,
            filters or FilterChoice(),
            time_base=stream.time_base or Fraction(1, 90_000),
            rate=stream.guessed_rate or stream.average_rate,
            on_warning=on_warning,
        )
        self._rescue = TailRescue(stream) if threads > 1 and not attached else None
        self._time_base = stream.time_base
        self._before_target: deque[tuple[av.VideoFrame, FrameTime]] = deque(maxlen=LOOK_BACK)
        self._too_early: deque[Picture] = deque()  # the newest pictures that came out before the target
        self._last_pts: int | None = None
        self._shown_any = False  # since the last restart
        self.dropped_early = 0
        self.threads: int | None = None  # that the codec uses; known once it has decoded
        context = stream.codec_context
        self._context = context
        if not context.is_open:
            context.thread_type = "AUTO" if threads > 1 else "NONE"
            context.thread_count = threads

    def restart(self, item: QueuedPacket[Packet]) -> None:
        self._maker.restart()
        self._stage.restart()
        self._before_target.clear()
        self._too_early.clear()
        self._last_pts = None
        self._shown_any = False
        self._trail.begin(item.trail)
        if self._rescue is not None:
            self._rescue.restart()

    def decode(self, packet: Packet | None) -> Sequence[av.VideoFrame]:
        began = self._now()
        frames = self._context.decode(packet)
        if frames:
            self.threads = self._context.thread_count
            self._on_decoded((self._now() - began) / len(frames))
        return frames

    def _decode_locked(self, item: QueuedPacket[Packet]) -> Sequence[av.VideoFrame] | None:
        if item.packet is not None:
            if self._rescue is not None:
                self._rescue.remember(item.packet)
            self._choose_skipping(item.packet, None if item.back else item.start_at_s, item.trail)
        return super()._decode_locked(item)

    def deliver(self, decoded: av.VideoFrame, item: QueuedPacket[Packet]) -> bool:
        when = self._maker.time_of(decoded)
        self._last_pts = decoded.pts
        self.delivered += 1
        if self._is_past_end(when.time_s):
            self._take(self._stage.rest(item.serial), item)
            return False
        if not item.back and _lies_before(item, when.time_s, when.duration_s):
            if not self._stage.filtering:
                self._before_target.clear()  # one is enough
                self._trail.pass_by(decoded, when)
            self._before_target.append((decoded, when))
            return True
        if self._shown_any and self._drop_early(when.time_s + self._stage.shift_s, item.serial):
            self.dropped_early += 1
            return True
        if self._before_target and self._stage.filtering:
            self._take(self._stage.pictures(*self._before_target[-1], item.serial), item)  # some filters look back
        self._before_target.clear()
        if not self._shown_any:
            self._trail.land(item.serial, self._maker.make)
        self._take(self._stage.pictures(decoded, when, item.serial), item)
        return not self._stage.ended

    def finish(self, item: QueuedPacket[Packet]) -> None:
        if self._rescue is not None:
            for frame in self._rescue.missing_after(self._last_pts):
                if not self.deliver(frame, item):
                    return
            self._rescue.restart()
        if not self._shown_any:
            self._trail.land(item.serial, self._maker.make)
            for frame, when in self._before_target:
                self._take(self._stage.pictures(frame, when, item.serial), item)
        self._before_target.clear()
        self._take(self._stage.rest(item.serial), item)
        if not self._shown_any:
            for picture in self._too_early:  # the target lies behind the last picture: show that one
                if not self._put(picture):
                    break
        self._too_early.clear()

    def after_end(self) -> None:
        self._on_end()

    def _take(self, pictures: Iterable[Picture], item: QueuedPacket[Packet]) -> None:
        """Queues what is to be seen of `pictures`. Filters may have some without end: stops when they are stale."""
        for picture in pictures:
            assert picture.time_s is not None
            if self._is_past_end(picture.time_s):
                return
            if _lies_before(item, picture.time_s, picture.duration_s) and not (item.back and self._shown_any):
                self._too_early.append(picture)
                if len(self._too_early) > max(1, item.back):
                    self._too_early.popleft()
                if item.serial != self.packets.serial or self.packets.aborted:
                    return
            elif not (self._put_too_early(item) and self._put(picture)):
                return

    def _is_past_end(self, time_s: float) -> bool:
        end_s = self._end_s()
        return end_s is not None and time_s >= end_s - SEEK_TOLERANCE_S

    def _put_too_early(self, item: QueuedPacket[Packet]) -> bool:
        """Before the first picture at the target come those before it that a step backwards asked for."""
        wanted, self._too_early = self._too_early, deque()
        return not item.back or all(self._put(picture) for picture in wanted)

    def _put(self, picture: Picture) -> bool:
        """False means stale or aborted: the main loop finds that out by itself."""
        if not self._pictures.wait_for_room(picture):
            return False
        self._coming(picture)
        if self._prepare is not None:  # its pixels are made when there is a place for them: one picture less in memory
            picture = dataclasses.replace(picture, prepared=self._prepare(picture))
        self._shown_any = True
        return self._pictures.put(picture)

    def _choose_skipping(self, packet: Packet, target: float | None, trail: int) -> None:
        """Before an exact target, pictures that nobody refers to need no decoding (HOUSE fact 18).

        The last `trail` before it are wanted all the same.
        """
        time_s = to_seconds(packet.pts, self._time_base)
        if target is not None and self._last_s is not None:
            target = min(target, self._last_s)  # behind the end the last picture is shown: it must be decoded
        margin_s = FULL_DECODE_MARGIN_S + trail * self._maker.frame_s
        skips = target is not None and time_s is not None and time_s < target - margin_s
        wanted = "NONREF" if skips else "DEFAULT"
        if self._context.skip_frame != wanted:
            self._context.skip_frame = "NONREF" if skips else "DEFAULT"


def _lies_before(item: QueuedPacket[Packet], time_s: float, duration_s: float) -> bool:
    """Whether a picture is one before that of an exact seek's target."""
    if item.start_at_s is None:
        return False
    tolerance = min(SEEK_TOLERANCE_S, duration_s / 2) if duration_s > 0 else SEEK_TOLERANCE_S
    return time_s < item.start_at_s - (SHARP_TOLERANCE_S if item.sharp else tolerance)
