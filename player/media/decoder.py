"""What the three decode threads share: taking packets, serials, the codec lock, draining (ENGINE A4)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import av

from player.queues.packet_queue import PacketQueue, QueuedPacket
from player.worker import Worker

if TYPE_CHECKING:
    from av.stream import Stream

    Packet = av.Packet[Any]
else:
    Packet = av.Packet  # generic in its stubs only

D = TypeVar("D")


class StreamDecoder(Generic[D]):
    """Decodes one stream on its own thread. Subclasses say what a packet becomes and where that goes.

    `codec_lock` is held around every use of the codec context: the demuxer takes the locks of all
    decoders around a seek, which flushes the contexts (HOUSE fact 1). It is never held while
    waiting on a queue.
    """

    def __init__(
        self, name: str, stream: Stream, packets: PacketQueue[Packet], on_error: Callable[[BaseException], None]
    ) -> None:
        self.stream = stream
        self.packets = packets
        self.codec_lock = threading.Lock()
        self.errors = 0  # packets the codec refused; decode thread only
        self.delivered = 0  # frames handed on since the start; decode thread only
        self._finished_serial = -1
        self._worker = Worker(name, self._loop, on_error)

    @property
    def finished_serial(self) -> int:
        """The serial at which everything was decoded; compare with the packet queue's."""
        return self._finished_serial

    @property
    def finished(self) -> bool:
        return self._finished_serial == self.packets.serial

    def start(self) -> None:
        self._worker.start()

    def join(self) -> None:
        """After the packet and frame queues were aborted. Raises ThreadStuckError."""
        self._worker.join()

    # For subclasses, on the decode thread.

    def restart(self, item: QueuedPacket[Packet]) -> None:
        """A new serial begins with `item`."""

    def decode(self, packet: Packet | None) -> Sequence[D]:
        """What the codec makes of `packet` (None drains). Called under the codec lock; may raise av.FFmpegError."""
        raise NotImplementedError

    def deliver(self, decoded: D, item: QueuedPacket[Packet]) -> bool:
        """Hands one result on, waiting for room; False ends this serial early."""
        raise NotImplementedError

    def finish(self, item: QueuedPacket[Packet]) -> None:
        """The stream was drained: deliver what was held back."""

    def after_end(self) -> None:
        """The serial is marked finished: tell whoever waits for the end."""

    def _loop(self) -> None:
        serial = -1
        while (item := self.packets.get()) is not None:
            if item.serial != self.packets.serial or item.serial == self._finished_serial:
                continue
            if item.serial != serial:
                serial = item.serial
                with self.codec_lock:
                    self.stream.codec_context.flush_buffers()
                self.restart(item)
            decoded = self._decode_locked(item)
            if decoded is None:
                continue
            goes_on = all(self.deliver(each, item) for each in decoded)
            if item.packet is None and goes_on:
                self.finish(item)
            if (item.packet is None or not goes_on) and item.serial == self.packets.serial:
                self._finished_serial = item.serial
                self.after_end()

    def _decode_locked(self, item: QueuedPacket[Packet]) -> Sequence[D] | None:
        """None when a seek made the packet stale while the lock was waited for."""
        with self.codec_lock:
            if item.serial != self.packets.serial:
                return None
            try:
                return self.decode(item.packet)
            except av.FFmpegError:
                # Damaged data: the decoder has already resynchronised, or will at the next key frame.
                self.errors += 1
                return ()
