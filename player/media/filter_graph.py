"""Building libavfilter graphs out of one chain of filters, and saying in one sentence why that fails."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Literal

import av
from av.filter import Filter, Graph
from av.filter.context import FilterContext

from player.errors import UsageError, plain
from player.media.graph_text import FilterStep, parse_graph
from player.quick_dataclass import dataclass

Medium = Literal["video", "audio"]
_DYNAMIC_INPUTS = 1  # AVFILTER_FLAG_DYNAMIC_INPUTS
_REFUSALS = (av.FFmpegError, OSError, ValueError, LookupError)


@dataclass(frozen=True, slots=True)
class Chain:
    """Filters for pictures or for sound, of a kind that exists and with arguments they take."""

    text: str
    medium: Medium
    steps: tuple[FilterStep, ...]


@dataclass(frozen=True, slots=True)
class PictureShape:
    """What a graph for pictures is made for; another shape needs another graph."""

    width: int
    height: int
    format: str
    time_base: Fraction
    aspect: Fraction = Fraction(1)
    colorspace: int = 2
    """AVCOL_SPC_*; 2 says that nothing is known."""
    color_range: int = 0
    """AVCOL_RANGE_*; 0 says that nothing is known."""
    rate: Fraction | None = None

    def __str__(self) -> str:
        return f"{self.width}x{self.height} {self.format} pictures"


@dataclass(frozen=True, slots=True)
class SoundShape:
    """What a graph for sound is made for."""

    format: str
    layout: str
    rate: int

    def __str__(self) -> str:
        return f"{self.rate} Hz {self.layout} {self.format} sound"


Shape = PictureShape | SoundShape
_ANY_SHAPE: dict[Medium, Shape] = {
    "video": PictureShape(320, 240, "yuv420p", Fraction(1, 90_000)),
    "audio": SoundShape("fltp", "stereo", 48_000),
}


@functools.lru_cache(maxsize=32)
def read_chain(text: str, medium: Medium) -> Chain | None:
    """The chain that `text` describes, each filter tried with its arguments; None for an empty text.

    Raises UsageError: an unknown filter, arguments it does not take, more than one chain, a filter
    for the other medium. What depends on the file (a crop larger than the picture) is found out later.
    """
    steps = parse_graph(text)
    if not steps:
        return None
    graph = Graph()
    last = _add_steps(graph, steps, _add_source(graph, _ANY_SHAPE[medium]), medium)
    _add_sink(graph, last, steps[-1], medium)
    return Chain(text, medium, steps)


def configure(chain: Chain, shape: Shape) -> tuple[Graph, FilterContext]:
    """A graph ready for frames of `shape`, and the end of its chain to pull from. Raises UsageError."""
    graph = Graph()
    last = _add_steps(graph, chain.steps, _add_source(graph, shape), chain.medium)
    sink = _add_sink(graph, last, chain.steps[-1], chain.medium)
    try:
        graph.configure()
    except _REFUSALS as error:
        raise _cannot(chain, shape, error) from error
    return graph, sink


def configure_with_aspect(chain: Chain, shape: PictureShape) -> tuple[Graph, FilterContext, FilterContext]:
    """As `configure`, with a second end that gives one frame, `read_aspect` of which is the pictures' sample aspect.

    PyAV does not tell a frame's sample aspect ratio, but a scale filter's expressions know it: one
    small picture is scaled to a width that says it, then that branch ends and costs nothing.
    """
    graph = Graph()
    last = _add_steps(graph, chain.steps, _add_source(graph, shape), chain.medium)
    split = graph.add("split", "2")
    last.link_to(split)
    sink = graph.add("buffersink")
    split.link_to(sink)
    first = graph.add("trim", "end_frame=1")
    split.link_to(first, 1)
    measure = graph.add("scale", f"w=clip(round(sar*{_ASPECT_UNIT})\\,1\\,{_WIDEST}):h=4:flags=neighbor")
    first.link_to(measure)
    told = graph.add("buffersink")
    measure.link_to(told)
    try:
        graph.configure()
    except _REFUSALS as error:
        raise _cannot(chain, shape, error) from error
    return graph, sink, told


_ASPECT_UNIT, _WIDEST = 4000, 60_000


def read_aspect(told: av.VideoFrame) -> Fraction:
    return Fraction(told.width, _ASPECT_UNIT).limit_denominator(200)


def failed(chain: Chain, error: Exception) -> UsageError:
    """A graph that worked refuses a frame."""
    return UsageError(plain(f"The {chain.medium} filters {chain.text!r} stopped working: {_reason(error)}."))


def _add_source(graph: Graph, shape: Shape) -> FilterContext:
    try:
        return _source_of(graph, shape)
    except _REFUSALS as error:
        raise UsageError(plain(f"No filter can be used: none takes {shape} ({_reason(error)}).")) from error


def _source_of(graph: Graph, shape: Shape) -> FilterContext:
    if isinstance(shape, SoundShape):
        return graph.add_abuffer(
            sample_rate=shape.rate, format=shape.format, layout=shape.layout, time_base=Fraction(1, shape.rate)
        )
    arguments = {
        "video_size": f"{shape.width}x{shape.height}",
        "pix_fmt": shape.format,
        "time_base": str(shape.time_base),
        "pixel_aspect": str(shape.aspect),
        "colorspace": str(shape.colorspace),
        "range": str(shape.color_range),
    }
    if shape.rate is not None:
        arguments["frame_rate"] = str(shape.rate)
    return graph.add("buffer", **arguments)


def _add_steps(graph: Graph, steps: tuple[FilterStep, ...], source: FilterContext, medium: Medium) -> FilterContext:
    last = source
    for step in steps:
        context = _add_step(graph, step)
        try:
            last.link_to(context)
        except av.FFmpegError as error:
            raise _unusable(step, f"it is no {medium} filter") from error
        last = context
    return last


def _add_sink(graph: Graph, last: FilterContext, step: FilterStep, medium: Medium) -> FilterContext:
    sink = graph.add("buffersink" if medium == "video" else "abuffersink")
    try:
        last.link_to(sink)
    except av.FFmpegError as error:
        raise _unusable(step, f"what comes out of it is no {medium}") from error
    return sink


def _add_step(graph: Graph, step: FilterStep) -> FilterContext:
    try:
        kind = Filter(step.name)
    except ValueError as error:
        raise UsageError(plain(f"There is no filter {step.name!r} (see ffmpeg's manual of filters).")) from error
    if not kind.flags & _DYNAMIC_INPUTS:
        _check_count(step, "input", _pads(kind, "inputs"))  # before it opens what it names
    try:
        context = graph.add(kind, step.arguments or None, name=step.label or step.name)
    except _REFUSALS as error:
        given = f"the arguments {step.arguments!r}" if step.arguments else "no arguments"
        raise _unusable(step, f"it cannot be given {given} ({_reason(error)})") from error
    _check_count(step, "input", _pads(context, "inputs"))
    _check_count(step, "output", _pads(context, "outputs"))
    return context


def _check_count(step: FilterStep, what: str, count: int) -> None:
    if count != 1:
        raise _unusable(step, f"it has {count or 'no'} {what}{'' if count == 1 else 's'}, and a chain needs one")


def _pads(of: Filter | FilterContext, side: Literal["inputs", "outputs"]) -> int:
    return len(getattr(of, side))  # missing from PyAV's type stubs


def _cannot(chain: Chain, shape: Shape, error: Exception) -> UsageError:
    """Names the filter that refuses: the first with which the chain cannot be configured."""
    for count in range(1, len(chain.steps)):
        graph = Graph()
        part = chain.steps[:count]
        last = _add_steps(graph, part, _add_source(graph, shape), chain.medium)
        try:
            _add_sink(graph, last, part[-1], chain.medium)
            graph.configure()
        except UsageError:
            continue  # it turns pictures into sound, say, and a later filter turns them back
        except _REFUSALS:
            return _unusable(part[-1], f"it cannot work on {shape}")
    return _unusable(chain.steps[-1], f"it cannot work on {shape} ({_reason(error)})")


def _unusable(step: FilterStep, reason: str) -> UsageError:
    return UsageError(plain(f"The filter {step.name} cannot be used: {reason}."))


def _reason(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error)
    return str(said).rstrip(".").lower()
