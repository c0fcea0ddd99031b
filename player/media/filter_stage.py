"""The stage between a decoder and its queue, where the user's filters are, if any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from player.errors import UsageError
from player.media.filter_graph import Chain
from player.media.filters import AudioFilter, FilterChoice, TimedSamples, VideoFilter
from player.media.picture_maker import FrameTime, PictureMaker
from player.records import Picture

if TYPE_CHECKING:
    import av


class PictureStage:
    """Makes pictures of frames; decode-video thread only.

    A change of `choice` takes effect with the next frame. A chain that does not work is switched off
    with a sentence to `on_warning`, and the frame it failed at comes unfiltered.
    """

    def __init__(
        self,
        maker: PictureMaker,
        choice: FilterChoice,
        *,
        time_base: Fraction,
        rate: Fraction | None,
        on_warning: Callable[[str], None],
    ) -> None:
        self._maker = maker
        self._choice = choice
        self._time_base = time_base
        self._rate = rate
        self._on_warning = on_warning
        self._filter: VideoFilter | None = None
        self.shift_s = 0.0
        """By how much pictures come out later than they went in, at most; 0 for filters that keep or lower times."""

    def restart(self) -> None:
        """Forgets what is inside: a new serial begins."""
        self._filter = None
        self.shift_s = 0.0

    @property
    def filtering(self) -> bool:
        return self._choice.video is not None

    @property
    def ended(self) -> bool:
        """The filters let nothing more through."""
        return self._filter is not None and self._filter.ended

    def pictures(self, frame: av.VideoFrame, when: FrameTime, serial: int) -> Iterator[Picture]:
        """What `frame` becomes: one picture without filters; none, one or several with them."""
        chain = self._choice.video
        if self._filter is not None and self._filter.chain is not chain:
            yield from self.rest(serial)
            self._filter = None
        if chain is None:
            yield self._maker.make(frame, when, serial)
            return
        if self._filter is None:
            self._filter = VideoFilter(chain, time_base=self._time_base, rate=self._rate)
        try:
            filtered = self._filter.push(frame, when, self._maker.stream_aspect, untagged_601=self._maker.untagged_601)
            for each in filtered:
                self.shift_s = max(self.shift_s, each.when.time_s - when.time_s)
                yield self._maker.make(each.frame, each.when, serial, time_base=each.time_base, aspect=each.aspect)
        except UsageError as error:
            self._give_up(chain, error)
            yield self._maker.make(frame, when, serial)

    def rest(self, serial: int) -> Iterator[Picture]:
        """What the filters still hold: at the end."""
        if self._filter is None:
            return
        try:
            for each in self._filter.drain():
                yield self._maker.make(each.frame, each.when, serial, time_base=each.time_base, aspect=each.aspect)
        except UsageError as error:
            self._give_up(self._filter.chain, error)

    def _give_up(self, chain: Chain, error: UsageError) -> None:
        self._filter = None
        self._choice.switch_off(chain)
        self._on_warning(f"{str(error).rstrip('.')}; the video filters are switched off")


class SoundStage:
    """Passes sample frames on with the times of their first samples; decode-audio thread only. As `PictureStage`."""

    def __init__(self, choice: FilterChoice, *, on_warning: Callable[[str], None]) -> None:
        self._choice = choice
        self._on_warning = on_warning
        self._filter: AudioFilter | None = None

    def restart(self) -> None:
        self._filter = None

    @property
    def ended(self) -> bool:
        return self._filter is not None and self._filter.ended

    def samples(self, frame: av.AudioFrame, time_s: float) -> Iterator[TimedSamples]:
        """What `frame`, whose first sample is at `time_s`, becomes."""
        chain = self._choice.audio
        if self._filter is not None and self._filter.chain is not chain:
            yield from self.rest()
            self._filter = None
        if chain is None:
            yield frame, time_s
            return
        if self._filter is None:
            self._filter = AudioFilter(chain)
        try:
            yield from self._filter.push(frame, time_s)
        except UsageError as error:
            self._give_up(chain, error)
            yield frame, time_s

    def rest(self) -> Iterator[TimedSamples]:
        """What the filters still hold: at the end."""
        if self._filter is None:
            return
        try:
            yield from self._filter.drain()
        except UsageError as error:
            self._give_up(self._filter.chain, error)

    def _give_up(self, chain: Chain, error: UsageError) -> None:
        self._filter = None
        self._choice.switch_off(chain)
        self._on_warning(f"{str(error).rstrip('.')}; the audio filters are switched off")
