"""The decode-subtitle thread: packets to cues."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from av.subtitles.subtitle import AssSubtitle, BitmapSubtitle, SubtitleSet

from player.errors import plain
from player.media.decoder import Packet, StreamDecoder
from player.media.subtitle_palettes import Palette, PgsPalettes, rgba_of, vobsub_palette
from player.queues.frame_queue import FrameQueue
from player.queues.packet_queue import PacketQueue, QueuedPacket
from player.records import Cue, CueBitmap
from player.timebase import to_seconds

if TYPE_CHECKING:
    from fractions import Fraction

    from av.buffer import Buffer
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


def cue_of(
    decoded: SubtitleSet, packet: Packet, time_base: Fraction | None, start_s: float, palette: Palette | None = None
) -> Cue:
    """What a decoded packet says, from `start_s`; its serial is the caller's to give. `palette`: of its pictures."""
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
        bitmaps=() if palette is None else tuple(_bitmaps(decoded, palette)),
    )


def _bitmaps(decoded: SubtitleSet, palette: Palette) -> Iterator[CueBitmap]:
    """Those whose colours and screen are known."""
    if not palette.colours or palette.canvas is None:
        return
    for rect in decoded:
        if isinstance(rect, BitmapSubtitle) and rect.planes and rect.width > 0 and rect.height > 0:
            places = bytes(memoryview(cast("Buffer", rect.planes[0])))
            if len(places) == rect.width * rect.height:
                yield CueBitmap(rect.x, rect.y, rect.width, rect.height, palette.canvas, rgba_of(places, palette))


class SubtitleDecoder(StreamDecoder[Cue]):
    """Fills the cue queue."""

    def __init__(
        self,
        stream: SubtitleStream,
        packets: PacketQueue[Packet],
        cues: FrameQueue[Cue],
        *,
        on_error: Callable[[BaseException], None],
        on_warning: Callable[[str], None] = lambda _text: None,
    ) -> None:
        super().__init__("decode-subtitle", stream, packets, on_error)
        self._context = stream.codec_context
        self._time_base = stream.time_base
        self._cues = cues
        self._on_warning = on_warning
        self._pgs = PgsPalettes()
        header = self._context.extradata or b""
        self._header = header.decode("utf-8", "replace") if self._context.name == "dvdsub" else ""
        self._warned = False

    def decode(self, packet: Packet | None) -> Sequence[Cue]:
        if packet is None:
            return ()
        decoded = self._context.decode2(packet)
        start_s = to_seconds(packet.pts, self._time_base)
        if decoded is None or start_s is None:
            return ()
        cue = cue_of(decoded, packet, self._time_base, start_s, self._palette(packet))
        if cue.has_bitmap and not cue.bitmaps and not self._warned:
            self._warned = True
            self._on_warning(f"The colours of {self._context.name} subtitles cannot be read: they are not drawn")
        return (cue,)

    def _palette(self, packet: Packet) -> Palette | None:
        if self._context.name == "pgssub":
            return self._pgs.take(bytes(packet))
        return vobsub_palette(bytes(packet), self._header) if self._context.name == "dvdsub" else None

    def deliver(self, decoded: Cue, item: QueuedPacket[Packet]) -> bool:
        self.delivered += 1
        self._cues.put(dataclasses.replace(decoded, serial=item.serial))
        return True
