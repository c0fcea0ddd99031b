"""The last pictures of a file whose end is damaged.

With frame threads a damaged picture near the end surfaces while the decoder drains, and PyAV's
receive loop stops there: the pictures behind it are lost (invalid_nalu.mp4: 3 of 29). So the packets
since the last key frame are remembered, and when the newest of them never came out as a picture
they are decoded once more without frame threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import av

if TYPE_CHECKING:
    from av.video.stream import VideoStream

MAX_BYTES = 2 * 1024 * 1024
"""A longer group is given up on: it would cost more memory than a damaged end is worth."""
MAX_PACKETS = 600


class TailRescue:
    """Remembers the current group of pictures of one stream; decode thread only."""

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._packets: list[av.Packet[Any]] = []
        self._bytes = 0
        self._newest_pts: int | None = None

    def restart(self) -> None:
        self._packets.clear()
        self._bytes = 0
        self._newest_pts = None

    def remember(self, packet: av.Packet[Any]) -> None:
        if packet.is_keyframe:
            self.restart()
        elif not self._packets:
            return  # not from a key frame on, or given up on
        self._packets.append(packet)
        self._bytes += packet.size
        if packet.pts is not None and not packet.is_discard:
            self._newest_pts = max(packet.pts, self._newest_pts or packet.pts)
        if self._bytes > MAX_BYTES or len(self._packets) > MAX_PACKETS:
            self.restart()

    def missing_after(self, last_pts: int | None) -> Iterator[av.VideoFrame]:
        """The frames after `last_pts` (in the stream's time base) that the drain did not deliver."""
        if last_pts is None or self._newest_pts is None or self._newest_pts <= last_pts:
            return
        original = self._stream.codec_context
        context = av.CodecContext.create(original.codec.name, "r")
        assert isinstance(context, av.VideoCodecContext)
        context.extradata = original.extradata
        context.thread_type = "SLICE"
        for packet in [*self._packets, None]:
            try:
                frames = context.decode(packet)
            except av.FFmpegError:
                continue
            for frame in frames:
                if frame.pts is not None and frame.pts > last_pts:
                    yield frame
