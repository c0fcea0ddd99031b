"""Playback in figures for somebody who watches it: the report's, over the newest pictures, cheap enough to ask for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.media.color import Range, picture_color
from player.media.video_decoder import VideoDecoder
from player.stats import Series, Stage, memory_mb, summarize

if TYPE_CHECKING:
    from player.pipeline import Pipeline
    from player.records import Kind, Picture

GRAPHED = 240
"""Values that a graph is drawn of."""
_TRANSFERS = {16: "PQ", 18: "HLG"}  # AVCOL_TRC_* of what is shown without being mapped


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds: a summary as in the report, but of the newest pictures, and the last of them one by one."""

    summary: dict[str, float]
    newest: list[float]


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Packets that wait for a decoder."""

    packets: int
    size_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PictureFigures:
    """What the picture on screen is made of."""

    coded_size: tuple[int, int]
    display_size: tuple[int, int]
    pixel_format: str
    matrix: str
    full_range: bool
    tagged: bool
    """Whether matrix and range both are the file's own word, and not guessed."""
    transfer: str
    """`PQ` or `HLG`; '' for everything else."""
    interlaced: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """One look at one open file."""

    at_s: float
    """When, on the player's clock."""
    shown: int
    dropped_early: int
    dropped_late: int
    repeated: int
    decode_errors: int
    late: Measured
    interval: Measured
    av_diff: Measured
    per_picture_ms: dict[Stage, dict[str, float]]
    queues: dict[Kind, QueueFigures]
    """Of the kinds that are played."""
    picture: PictureFigures | None
    threads: int | None
    """That decode pictures; None while none was decoded."""
    hwdec_reason: str
    """Why hardware that was asked for does not decode; '' otherwise."""
    underruns: int
    cpu_s: float
    """That the process has used so far."""
    memory_mb: float | None


def read_figures(pipeline: Pipeline) -> Figures:
    """On the owner's thread. Half a millisecond, however long the file has been playing."""
    stats, counts = pipeline.stats, pipeline.video.counts
    decoders = [each for slot in pipeline.slots.values() if (each := slot.decoder) is not None]
    video = next((each for each in decoders if isinstance(each, VideoDecoder)), None)
    shown = pipeline.video.on_screen
    return Figures(
        at_s=pipeline.around.now(),
        shown=counts.shown,
        dropped_early=0 if video is None else video.dropped_early,
        dropped_late=counts.dropped_late,
        repeated=counts.repeated,
        decode_errors=sum(each.errors for each in decoders),
        late=_measured(stats.late),
        interval=_measured(stats.interval),
        av_diff=_measured(stats.av_diff),
        per_picture_ms={stage: summarize(series.recent()) for stage, series in stats.stages.items()},
        queues={
            kind: QueueFigures(slot.packets.count, slot.packets.size_bytes, slot.packets.duration_s)
            for kind, slot in pipeline.slots.items()
            if slot.active
        },
        picture=None if shown is None else _of_picture(shown),
        threads=None if video is None else video.threads,
        hwdec_reason=pipeline.hwdec.reason,
        underruns=0 if pipeline.renderer is None else pipeline.renderer.underruns,
        cpu_s=time.process_time(),
        memory_mb=memory_mb(),
    )


def _measured(series: Series) -> Measured:
    values = series.recent()
    return Measured(summarize(values), values[-GRAPHED:])


def _of_picture(picture: Picture) -> PictureFigures:
    color = picture_color(picture)
    return PictureFigures(
        coded_size=picture.coded_size,
        display_size=picture.display_size,
        pixel_format=picture.frame.format.name,
        matrix=color.matrix.value,
        full_range=color.range is Range.FULL,
        tagged=color.matrix_tagged and color.range_tagged,
        transfer=_TRANSFERS.get(int(picture.frame.color_trc), ""),
        interlaced=picture.interlaced,
    )
