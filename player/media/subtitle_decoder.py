"""The decode-subtitle thread: packets to cues."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from av.subtitles.subtitle import AssSubtitle, SubtitleSet

from player.errors import plain
from player.media.decoder import Packet, StreamDecoder
from player.queues.frame_queue import FrameQueue
from player.queues.packet_queue import PacketQueue, QueuedPacket
from player.records import Cue
from player.timebase import to_seconds

if TYPE_CHECKING:
    from fractions import Fraction

    from av.subtitles.stream import SubtitleStream

_ASS_TAGS = re.compile(r"\{[^}]*\}")
_ASS_FIELDS_BEFORE_TEXT = 8  # FFmpeg's event line: ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text
_ENDLESS_MS = 0xFFFFFFFF
"""FFmpeg's end_display_time of a bitmap that stays until the next one."""


def text_of_ass(line: str) -> str:
    """The words of one ASS event line as FFmpeg gives it, without override tags; `\\N` breaks lines."""
    fields = line.split(",", _ASS_FIELDS_BEFORE_TEXT)
    words = _ASS_TAGS.sub("", fields[-1])
    lines = words.replace("\\n", "\\N").replace("\\h", " ").split("\\N")
    return "\n".join(plain(part).strip() for part in lines).strip()


def cue_of(decoded: SubtitleSet, packet: Packet, time_base: Fraction | None, start_s: float) -> Cue:
    """What a decoded packet says, from `start_s`; its serial is the caller's to give."""
    lines = [rect.ass.decode("utf-8", "replace") for rect in decoded if isinstance(rect, AssSubtitle)]
    end_s: float | None = None
    if decoded.end_display_time not in (0, _ENDLESS_MS):
        end_s = start_s + decoded.end_display_time / 1000
    elif packet.duration:
        end_s = start_s + (to_seconds(packet.duration, time_base) or 0.0)
    return Cue(
        start_s=start_s + decoded.start_display_time / 1000,
        end_s=end_s,
        text="\n".join(filter(None, map(text_of_ass, lines))),
        ass="\n".join(lines),
        has_bitmap=len(decoded) > len(lines),
    )


class SubtitleDecoder(StreamDecoder[Cue]):
    """Fills the cue queue."""

    def __init__(
        self,
        stream: SubtitleStream,
        packets: PacketQueue[Packet],
        cues: FrameQueue[Cue],
        *,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__("decode-subtitle", stream, packets, on_error)
        self._context = stream.codec_context
        self._time_base = stream.time_base
        self._cues = cues

    def decode(self, packet: Packet | None) -> Sequence[Cue]:
        if packet is None:
            return ()
        decoded = self._context.decode2(packet)
        start_s = to_seconds(packet.pts, self._time_base)
        if decoded is None or start_s is None:
            return ()
        return (cue_of(decoded, packet, self._time_base, start_s),)

    def deliver(self, decoded: Cue, item: QueuedPacket[Packet]) -> bool:
        self.delivered += 1
        self._cues.put(
            Cue(decoded.start_s, decoded.end_s, decoded.text, decoded.ass, decoded.has_bitmap, serial=item.serial)
        )
        return True
