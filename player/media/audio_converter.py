"""Decoded samples to what the device takes: libswresample, and atempo for other speeds with the pitch kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av

from player.media.samples import Samples

if TYPE_CHECKING:
    from fractions import Fraction

ATEMPO_LOW = 0.5
"""The slowest one atempo filter goes; slower speeds take two in a row."""
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


class AudioConverter:
    """One libavfilter graph, rebuilt when the format or the speed changes. Used by one thread."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._layout = LAYOUTS[channels]
        self._channels = channels
        self._graph: av.filter.Graph | None = None
        self._shape: tuple[str, str, int, float] | None = None

    def reset(self) -> None:
        """Forgets what is inside the filters: after a seek."""
        self._graph = None
        self._shape = None

    def convert(self, frame: av.AudioFrame, speed: float) -> Samples:
        """Samples for the device; none while the filters fill up."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate, speed)
        if self._graph is None or shape != self._shape:
            self._graph = self._build(frame, speed)
            self._shape = shape
        frame.pts = None  # the graph counts samples itself; the renderer keeps the times
        self._graph.push(frame)
        return self._pull(self._graph)

    def drain(self) -> Samples:
        """What is left inside at the end of the stream."""
        if self._graph is None:
            return Samples(b"", self._channels)
        self._graph.push(None)
        rest = self._pull(self._graph)
        self.reset()
        return rest

    def _pull(self, graph: av.filter.Graph) -> Samples:
        parts: list[Samples] = []
        while True:
            try:
                made = graph.pull()
            except (av.BlockingIOError, av.EOFError):
                break
            assert isinstance(made, av.AudioFrame)
            parts.append(packed_samples(made))
        return Samples.joined(parts, self._channels)

    def _build(self, frame: av.AudioFrame, speed: float) -> av.filter.Graph:
        graph = av.filter.Graph()
        time_base: Fraction | None = frame.time_base
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name, time_base=time_base
        )
        chain = [source]
        factor = speed
        while factor < ATEMPO_LOW:
            chain.append(graph.add("atempo", str(ATEMPO_LOW)))
            factor /= ATEMPO_LOW
        if factor != 1.0:
            chain.append(graph.add("atempo", repr(factor)))
        chain.append(graph.add("aformat", f"sample_fmts=flt:sample_rates={self._rate}:channel_layouts={self._layout}"))
        chain.append(graph.add("abuffersink"))
        graph.link_nodes(*chain)
        graph.configure()
        return graph


def packed_samples(frame: av.AudioFrame) -> Samples:
    """The samples of a frame in the format flt; the frame stays alive with them."""
    channels = frame.layout.nb_channels
    return Samples(memoryview(frame.planes[0])[: frame.samples * channels * frame.format.bytes], channels)
