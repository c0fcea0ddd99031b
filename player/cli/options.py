"""The options of `overplay [OPTIONS] [FILE | FOLDER | PLAYLIST ...]`: what they are and how they are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any, Literal, NoReturn

from player.cli.detect_options import DetectOptions, add_detect_options, read_detect_options
from player.cli.input_options import add_input_options, read_input
from player.errors import UsageError, plain
from player.options import OpenOptions, TrackChoice
from player.quick_dataclass import dataclass
from player.timebase import parse_time

VideoOutput = Literal["auto", "gpu", "raster", "null"]
AudioOutput = Literal["auto", "sdl", "null"]
ShowMode = Literal["cover", "waves", "spectrum"]

SLOWEST, FASTEST = 0.25, 4.0
LOUDEST = 130.0


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where a window is to be, in device-independent pixels; None is left to the window."""

    width: int | None = None
    height: int | None = None
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """Everything the command line says about playing."""

    paths: tuple[str, ...] = ()
    open: OpenOptions = field(default_factory=OpenOptions)
    speed: float = 1.0
    volume: float | None = None
    """0 to 130; None: the one remembered, or 100."""
    muted: bool = False
    autoexit: bool = False
    fullscreen: bool = False
    geometry: Geometry = field(default_factory=Geometry)
    vo: VideoOutput = "auto"
    ao: AudioOutput = "auto"
    audio_device: str | None = None
    """A name, '' for the system's default, or `help` for a list; None: the one remembered, or the default."""
    audio_delay_s: float | None = None
    """None: the one remembered for the device, or 0."""
    detect: DetectOptions = field(default_factory=DetectOptions)
    compare: str | None = None
    """A file to hold the pictures against."""
    show_mode: ShowMode | None = None
    """What files without a moving picture show; None: their cover, or the waveform."""
    untimed: bool = False
    no_config: bool = False
    log_file: str | None = None
    verbose: bool = False
    stats: str | None = None
    """Where to write the playback report at exit."""
    ipc_server: str | None = None
    """The socket on which the JSON IPC is served."""


class Parser(argparse.ArgumentParser):
    """argparse without guessing, and with one line for a mistake: raises UsageError instead of exiting."""

    def __init__(self, prog: str, *, usage: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog,
            usage,
            description,
            epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(plain(f"{message} (see {self.prog} --help)"))


def parse_play(arguments: Sequence[str]) -> PlayOptions:
    """Reads `arguments`, the program's name left out. Raises UsageError; --help and --version exit with 0."""
    # argparse would read options behind `--` when they may stand between files as well.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given = _parser().parse_intermixed_args(arguments[:end])
    geometry: Geometry = given.geometry or Geometry(given.x, given.y)
    return PlayOptions(
        paths=(*given.paths, *arguments[end + 1 :]),
        open=OpenOptions(
            start_s=given.start,
            length_s=given.length,
            loop=given.loop,
            paused=given.pause,
            video=given.video and given.vid != "no",
            audio=given.audio and given.aid != "no",
            subtitles=given.subtitles and given.sid != "no",
            vid=_chosen(given.vid),
            aid=_chosen(given.aid),
            sid=_chosen(given.sid),
            subtitle_files=tuple(given.subtitle_files),
            sync=given.sync,
            framedrop=given.framedrop,
            vf=given.vf,
            af=given.af,
            hwdec=given.hwdec,
            input=read_input(given),
        ),
        speed=given.speed,
        volume=given.volume,
        muted=given.mute,
        autoexit=given.autoexit,
        fullscreen=given.fullscreen,
        geometry=geometry,
        vo=given.vo,
        ao=given.ao,
        audio_device="" if given.audio_device == "auto" else given.audio_device,
        audio_delay_s=given.audio_delay,
        detect=read_detect_options(given),
        compare=given.compare,
        show_mode=given.show_mode,
        untimed=given.untimed,
        no_config=given.no_config,
        log_file=given.log_file,
        verbose=given.verbose,
        stats=given.stats,
        ipc_server=given.ipc_server,
    )


def _parser() -> Parser:
    parser = Parser(
        "overplay",
        usage="overplay [OPTIONS] [FILE | FOLDER | PLAYLIST ...]\n"
        "       overplay {probe,frames,analyze,train,models,doctor} --help",
        description="Plays local video and audio files; with no file, opens the welcome screen.",
        epilog="ffplay's short spellings in the list above do the same as the long options beside them.\n"
        "A file whose name begins with a dash goes behind `--`.",
    )
    parser.add_argument("paths", nargs="*", metavar="FILE", help="media files, folders, or M3U and PLS playlists")
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="show the version and end")
    _add_run_control(parser)
    _add_window(parser)
    _add_tracks(parser)
    _add_outputs(parser)
    _add_decoding(parser)
    add_detect_options(parser)
    add_input_options(parser)
    return parser


def _add_run_control(parser: Parser) -> None:
    group = parser.add_argument_group("run control")
    group.add_argument(
        "--start", "-ss", "--ss", type=_time, metavar="T", help="begin at T: seconds or [hh:]mm:ss[.frac]"
    )
    group.add_argument("--length", "-t", type=_length, metavar="T", help="play so much of it")
    group.add_argument("--pause", action="store_true", help="open paused")
    group.add_argument("--loop", "-loop", type=_whole(0), default=1, metavar="N", help="play N times, 0 for ever")
    group.add_argument("--autoexit", "-autoexit", action="store_true", help="quit at the end of the last file")
    group.add_argument(
        "--speed", type=_number(SLOWEST, FASTEST), default=1.0, metavar="X", help="0.25 to 4; the pitch is kept"
    )
    group.add_argument("--volume", "-volume", type=_number(0, LOUDEST), metavar="V", help="0 to 130, in per cent")
    group.add_argument("--mute", action="store_true", help="begin silent")


def _add_window(parser: Parser) -> None:
    group = parser.add_argument_group("window")
    group.add_argument("--fullscreen", "-fs", "--fs", action="store_true", help="begin in full screen")
    group.add_argument("--geometry", type=_geometry, metavar="WxH[+X+Y]", help="the window's size and place")
    group.add_argument("-x", type=_whole(1), metavar="W", help="the window's width")
    group.add_argument("-y", type=_whole(1), metavar="H", help="the window's height")
    group.add_argument("--compare", metavar="OTHER", help="hold the pictures against those of OTHER at the same time")


def _add_tracks(parser: Parser) -> None:
    group = parser.add_argument_group("tracks")
    group.add_argument("--no-audio", "-an", dest="audio", action="store_false", help="play no sound")
    group.add_argument("--no-video", "-vn", dest="video", action="store_false", help="show no pictures")
    group.add_argument("--no-subtitles", "-sn", dest="subtitles", action="store_false", help="show no subtitles")
    for option, kind in (("--aid", "audio"), ("--vid", "video"), ("--sid", "subtitle")):
        group.add_argument(
            option, type=_track, metavar="N|LANG", help=f"the {kind} track: its number, a language, or no"
        )
    group.add_argument(
        "--sub-file",
        dest="subtitle_files",
        action="append",
        default=[],
        metavar="F",
        help="subtitles from a file of their own; repeatable",
    )


def _add_outputs(parser: Parser) -> None:
    group = parser.add_argument_group("clock and outputs")
    group.add_argument(
        "--sync", "-sync", type=_sync, default="audio", metavar="CLOCK", help="what leads: audio, video or external"
    )
    group.add_argument("--framedrop", choices=["auto", "on", "off"], default="auto", help="drop pictures that are late")
    for name, value in (("-framedrop", "on"), ("-noframedrop", "off")):
        group.add_argument(name, dest="framedrop", action="store_const", const=value, help=f"as --framedrop {value}")
    group.add_argument("--vo", choices=["auto", "gpu", "raster", "null"], default="auto", help="null: no window")
    group.add_argument("-nodisp", dest="vo", action="store_const", const="null", help="as --vo null")
    group.add_argument("--ao", choices=["auto", "sdl", "null"], default="auto", help="null: real time, silent")
    group.add_argument("--audio-device", metavar="NAME", help="play the sound on it; auto: the default; help: a list")
    group.add_argument("--audio-delay", type=_number(-10, 10), metavar="S", help="hear the sound S seconds later")
    group.add_argument(
        "--show-mode", "-showmode", type=_show_mode, metavar="MODE", help="sound alone: cover, waves or spectrum"
    )
    group.add_argument("--untimed", action="store_true", help="no clock and no drops: as fast as it goes")
    group = parser.add_argument_group("remote control")
    group.add_argument(
        "--ipc-server", "--input-ipc-server", metavar="PATH", help="serve mpv's JSON IPC on a unix socket at PATH"
    )
    group = parser.add_argument_group("diagnostics")
    group.add_argument("--no-config", action="store_true", help="read and write nothing in your home folder")
    group.add_argument("--log-file", metavar="F", help="write diagnostics to F")
    group.add_argument("-v", "--verbose", action="store_true", help="diagnostics on standard error")
    group.add_argument("--stats", metavar="FILE.json", help="write the playback report at exit")


def _add_decoding(parser: Parser) -> None:
    group = parser.add_argument_group("filters and decoding")
    for medium, what in (("video", "pictures"), ("audio", "sound")):
        letter = medium[0]
        group.add_argument(
            f"--{letter}f",
            f"-{letter}f",
            action=_Filters,
            medium=medium,
            metavar="GRAPH",
            help=f"libavfilter filters for the {what}, as `name=arguments,name=arguments`",
        )
    group.add_argument(
        "--hwdec",
        "-hwaccel",
        type=_hwdec,
        default="no",
        metavar="DEVICE",
        help="decode in hardware: no, auto or a kind of device",
    )


class _Filters(argparse.Action):
    """One graph, tried before anything is opened. A second one would be a guess at what is meant."""

    def __init__(self, *, medium: Literal["video", "audio"], **settings: Any) -> None:
        super().__init__(**settings)
        self._medium = medium

    def __call__(self, parser: argparse.ArgumentParser, given: argparse.Namespace, text: Any, *_unused: object) -> None:
        from player.media.filter_graph import read_chain  # FFmpeg takes a moment to load

        if getattr(given, self.dest) is not None:
            raise argparse.ArgumentError(self, "given twice: several filters stand in one graph, between commas")
        try:
            read_chain(text, self._medium)
        except UsageError as error:
            raise argparse.ArgumentError(self, str(error).rstrip(".")) from error
        setattr(given, self.dest, text)


class _ShowVersion(argparse.Action):
    """Looks the version up only when it is asked for: that import is a quarter of the start."""

    def __call__(self, parser: argparse.ArgumentParser, *_unused: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("overplay")
        except PackageNotFoundError:
            found = "(not installed)"
        print(f"overplay {found}")
        parser.exit()


def _chosen(text: str | None) -> TrackChoice:
    if text in (None, "no", "auto"):
        return None
    assert text is not None
    return int(text) if text.isdigit() else text


def _time(text: str) -> float:
    try:
        return parse_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _length(text: str) -> float:
    seconds = _time(text)
    if seconds <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not longer than nothing")
    return seconds


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least:g} to {most:g}")
        return value

    return read


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) < 1 << 31):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least}")
        return int(text)

    return read


def _track(text: str) -> str:
    if text.isascii() and text.isdigit() and 0 < int(text) < 1 << 31:
        return text
    if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", text):
        return text.lower()
    raise argparse.ArgumentTypeError(f"{text!r} is neither a track number from 1 nor a language")


def _show_mode(text: str) -> str:
    name = {"rdft": "spectrum", "video": "cover"}.get(text, text)  # as ffplay calls them
    if name not in ("cover", "waves", "spectrum"):
        raise argparse.ArgumentTypeError(f"{text!r} is none of cover, waves, spectrum")
    return name


def _sync(text: str) -> str:
    name = {"ext": "external"}.get(text, text)
    if name not in ("audio", "video", "external"):
        raise argparse.ArgumentTypeError(f"{text!r} is none of audio, video, external")
    return name


def _hwdec(text: str) -> str:
    if text != "no":
        from player.media.hwdec import check_name

        try:
            check_name(text)
        except UsageError as error:
            raise argparse.ArgumentTypeError(str(error).rstrip(".")) from error
    return text


def _geometry(text: str) -> Geometry:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})(?:([+-]\d{1,5})([+-]\d{1,5}))?", text, re.ASCII)
    if match is None or int(match[1]) == 0 or int(match[2]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form WxH or WxH+X+Y")
    x, y = (int(match[3]), int(match[4])) if match[3] else (None, None)
    return Geometry(int(match[1]), int(match[2]), x, y)
