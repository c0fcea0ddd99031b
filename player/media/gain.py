"""Sound made louder or softer, and cut off at what a device can play."""

from __future__ import annotations

import av

from player.media.audio_converter import LAYOUTS, packed_samples
from player.media.samples import Samples


class Gain:
    """libavfilter does it, in 20 us for 30 ms of stereo; for one thread. Changes take effect at once."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._layout = LAYOUTS[channels]
        graph = av.filter.Graph()
        self._volume = graph.add("volume", "precision=float")
        graph.link_nodes(
            graph.add_abuffer(sample_rate=rate, format="flt", layout=self._layout),
            self._volume,
            graph.add("asoftclip", "type=hard"),
            graph.add("aformat", "sample_fmts=flt"),
            graph.add("abuffersink"),
        ).configure()
        self._graph = graph
        self._factor = 1.0

    def apply(self, samples: Samples, factor: float) -> Samples:
        """`samples` times `factor`."""
        if factor == 1.0 or not len(samples):
            return samples
        if factor != self._factor:
            self._volume.process_command("volume", repr(factor))
            self._factor = factor
        frame = av.AudioFrame("flt", self._layout, len(samples))
        frame.sample_rate = self._rate
        memoryview(frame.planes[0])[: samples.data.nbytes] = samples.data
        self._graph.push(frame)
        made = self._graph.pull()
        assert isinstance(made, av.AudioFrame)
        return packed_samples(made)
