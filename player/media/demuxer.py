"""The demux thread: the only caller of demux and seek. It reads ahead, seeks, and ends."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import av

from player.errors import SeekError
from player.media.decoder import Packet
from player.media.packets import read_packets
from player.media.seeking import Landing, Seeker, SeekRequest
from player.media.slot import Slot
from player.media.source import Source
from player.queues.load_control import is_overfull, may_rest
from player.records import KINDS, Kind
from player.timebase import to_seconds

if TYPE_CHECKING:
    from av.stream import Stream

SOUND_BEFORE_S = 2.0
"""After a step backwards the sound is kept from so long before: it goes on at the picture that is then shown."""
END_MARGIN_S = 1.0
"""How far behind `end_s` decode times are read, so that reordered pictures before it arrive."""


class Demuxer:
    """Reads packets into the slots' queues. `run` is the thread's body; the rest may be called from any thread.

    `on_flushed` is called when serials went up, `on_landed` when a seek is over, `on_select(kind,
    number)` to change a track (it returns where to go on), `on_warning` with a sentence.
    """

    def __init__(
        self,
        source: Source,
        slots: dict[Kind, Slot],
        *,
        end_s: Callable[[], float | None],
        on_flushed: Callable[[SeekRequest], None],
        on_landed: Callable[[], None],
        on_select: Callable[[Kind, int | None], SeekRequest | None],
        on_warning: Callable[[str], None],
    ) -> None:
        self._source = source
        self._slots = slots
        self._end_s = end_s
        self._on_flushed = on_flushed
        self._on_landed = on_landed
        self._on_select = on_select
        self._on_warning = on_warning
        self._cond = threading.Condition()
        self._seek: SeekRequest | None = None  # guarded by _cond, as the four below; the latest wins
        self._selects: deque[tuple[Kind, int | None]] = deque()
        self._stop = False
        self._going = False
        # The demux thread's own:
        self._packets: Iterator[Packet] = iter(())
        self._pending: deque[Packet] = deque()
        self._at_end = False
        self._past_end: set[int] = set()
        self._seeker = Seeker(
            source,
            locked=self._all_codecs_locked,
            read=self._read,
        )

    def seek(self, request: SeekRequest) -> None:
        """Asks for a seek; one that has not begun yet is replaced."""
        with self._cond:
            self._seek = request
            self._cond.notify()

    @property
    def seeking(self) -> bool:
        """A seek is asked for or under way."""
        with self._cond:
            return self._seek is not None or self._going

    def select(self, kind: Kind, number: int | None) -> None:
        """Asks for another track of `kind`, None for none."""
        with self._cond:
            self._selects.append((kind, number))
            self._cond.notify()

    def wake(self) -> None:
        """A queue runs low."""
        with self._cond:
            self._cond.notify()

    def stop(self) -> None:
        with self._cond:
            self._stop = True
            self._cond.notify()

    def run(self) -> None:
        self._restart_reading()
        while True:
            with self._cond:
                self._cond.wait_for(lambda: self._stop or self._seek or self._selects or not self._may_rest())
                if self._stop:
                    return
                select = self._selects.popleft() if self._selects else None
                seek, self._seek = (None, self._seek) if select else (self._seek, None)
                self._going = seek is not None
            if select is not None:
                follow_up = self._on_select(*select)
                self._discard_unused()
                if follow_up is None:
                    self._packets = self._read(self._streams())
                else:
                    with self._cond:
                        self._seek = self._seek or follow_up
            elif seek is not None:
                self._go_to(seek)
            else:
                self._read_one()

    def _may_rest(self) -> bool:
        if self._at_end:
            return True
        return may_rest([(s.packets, s.budget, s.sparse) for s in self._slots.values() if s.active])

    def _streams(self) -> list[Stream]:
        tracks = [slot.track for slot in self._slots.values() if slot.active]
        return [self._source.container.streams[track.index] for track in tracks if track is not None]

    def _discard_unused(self) -> None:
        used = {stream.index for stream in self._streams()}
        for stream in self._source.container.streams:
            stream.discard = av.stream.Discard.default if stream.index in used else av.stream.Discard.all

    def _restart_reading(self) -> None:
        self._discard_unused()
        self._packets = self._read(self._streams())
        self._pending.clear()
        self._at_end = False
        self._past_end.clear()

    def _all_codecs_locked(self) -> ExitStack:
        """Entered around every seek, in the order video, audio, subtitle (HOUSE fact 1)."""
        stack = ExitStack()
        for kind in KINDS:
            decoder = self._slots[kind].decoder
            if decoder is not None:
                stack.enter_context(decoder.codec_lock)
        return stack

    def _go_to(self, request: SeekRequest) -> None:
        streams = self._streams()
        lead = self._lead_of(streams)
        if lead is None or not self._source.seekable:
            self._on_warning("This input cannot be sought in; it plays on")
            self._landed()
            return
        active = [slot for slot in self._slots.values() if slot.active]
        with self._all_codecs_locked():
            for slot in active:
                slot.packets.flush()
        self._on_flushed(request)
        try:
            landing = self._seeker.land(request, lead, streams)
        except SeekError as error:
            self._on_warning(f"{str(error).capitalize()}; it plays on from where it was")
            landing = Landing(self._read(streams))
        # A key-frame seek begins at the key frame it found, the sound cut to it.
        origin_s = request.target_s if request.exact or landing.key_s is None else landing.key_s
        for slot in active:
            cut = slot.kind != "subtitle" and not slot.sparse
            if slot.kind == "audio" and request.back:
                slot.packets.begin_at(origin_s - SOUND_BEFORE_S, cut=cut)
            else:
                slot.packets.begin_at(origin_s, cut=cut, back=request.back, sharp=request.sharp, trail=request.trail)
        self._packets = landing.packets
        self._pending = deque(landing.pending)
        self._at_end = False
        self._past_end.clear()
        self._landed()

    def _landed(self) -> None:
        with self._cond:
            self._going = False
        self._on_landed()

    def _lead_of(self, streams: list[Stream]) -> Stream | None:
        """The stream whose key frames decide where a seek lands: the picture, else the sound."""
        for kind in ("video", "audio"):
            slot = self._slots[kind]
            if slot.active and slot.track is not None and not slot.sparse:
                return self._source.container.streams[slot.track.index]
        return streams[0] if streams else None

    def _read_one(self) -> None:
        packet = self._pending.popleft() if self._pending else next(self._packets, None)
        if packet is None:
            self._end()
        else:
            self._put(packet)

    def _read(self, streams: list[Stream]) -> Iterator[Packet]:
        """Packets from where the container stands."""
        return read_packets(self._source.container, streams, self._on_read_error)

    def _on_read_error(self, reason: str) -> None:
        self._on_warning(f"Reading stopped before the end: {reason}")

    def _put(self, packet: Packet) -> None:
        slot = next(
            (s for s in self._slots.values() if s.active and s.track and s.track.index == packet.stream_index), None
        )
        if slot is None or self._is_past_end(slot, packet):
            return
        duration_s = to_seconds(packet.duration, packet.time_base) or 0.0
        slot.packets.put(packet, size_bytes=packet.size, duration_s=duration_s)
        if slot.track is not None and slot.track.attached:
            slot.packets.put_end()
        if is_overfull(slot.packets, slot.budget):
            slot.packets.drop_oldest(slot.budget.soft, lambda p: p.is_keyframe or slot.kind != "video")

    def _is_past_end(self, slot: Slot, packet: Packet) -> bool:
        end_s = self._end_s()
        if end_s is None or slot.sparse:
            return False
        time_s = to_seconds(packet.dts if packet.dts is not None else packet.pts, packet.time_base)
        if time_s is None or time_s < end_s + END_MARGIN_S:
            return False
        self._past_end.add(packet.stream_index)
        if all(s.track.index in self._past_end for s in self._slots.values() if s.active and s.track and not s.sparse):
            self._end()
        return True

    def _end(self) -> None:
        """Nothing more comes: every decoder drains (ENGINE A3, null packets)."""
        self._at_end = True
        for slot in self._slots.values():
            if slot.active and not slot.packets.ended:
                slot.packets.put_end()
