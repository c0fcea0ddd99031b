"""What one kind of stream needs as long as a file is open, whichever of its tracks is playing."""

from __future__ import annotations

from typing import Any

from player.media.decoder import Packet, StreamDecoder
from player.queues.load_control import Budget
from player.queues.packet_queue import PacketQueue
from player.quick_dataclass import dataclass
from player.records import Kind, Track


@dataclass(eq=False, slots=True)
class Slot:
    """A packet queue that outlives its decoders. Track and decoder change on the demux thread only."""

    kind: Kind
    packets: PacketQueue[Packet]
    budget: Budget
    track: Track | None = None
    decoder: StreamDecoder[Any] | None = None

    @property
    def active(self) -> bool:
        return self.decoder is not None

    @property
    def sparse(self) -> bool:
        """Never asks for packets: subtitles come when they come, a cover is one packet."""
        return self.kind == "subtitle" or (self.track is not None and self.track.attached)

    @property
    def finished(self) -> bool:
        """Everything of the current serial was decoded, or there is nothing to decode."""
        decoder = self.decoder  # read once: another thread may change it
        return decoder is None or decoder.finished
