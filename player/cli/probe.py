"""`overplay probe`: container, tracks, colour tags and chapters; with --frames every picture of the video."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from player.cli.input_options import add_input_options, read_input
from player.cli.options import Parser
from player.timebase import format_time

if TYPE_CHECKING:
    from player.media.probe import Facts
    from player.options import Input

FRAME_COLUMNS = ("index", "pts", "time", "duration", "key", "type")


def run(arguments: Sequence[str]) -> int:
    """The exit code; raises PlayerError."""
    parser = Parser(
        "overplay probe",
        usage="overplay probe FILE [--json] [--frames]",
        description="What a file holds: container, tracks, colour tags and where each came from, chapters.",
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.add_argument(
        "--frames", action="store_true", help=f"one row a picture of the video: {' '.join(FRAME_COLUMNS)}"
    )
    add_input_options(parser)
    given = parser.parse_args(arguments)
    how = read_input(given)
    if given.frames and not given.json:
        _print_rows(given.file, how)
        return 0
    from player.media.probe import probe
    from player.media.source import open_source

    source = open_source(given.file, input=how)
    try:
        facts = probe(source)
    finally:
        source.close()
    if given.json:
        if given.frames:
            facts["pictures"] = list(_pictures(given.file, how))
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        print("\n".join(describe(facts)))
    return 0


Row = tuple[int, int | None, float, float, bool, str]


def _rows(path: str, given: Input) -> Iterator[Row]:
    from player.cli.frames import open_track

    with open_track(path, None, given) as reader:
        for picture in reader:
            yield picture.index, picture.pts, picture.time_s, picture.duration_s, picture.key, picture.letter


def _pictures(path: str, given: Input) -> Iterator[Facts]:
    """The columns of the table, and all that the window's Frame panel says of the same picture."""
    from player.media.frame_list import list_facts

    for facts in list_facts(path, given):
        row = (facts["index"], facts["pts"], facts["time_s"], facts["duration_s"], facts["key"], facts["type"])
        yield dict(zip(FRAME_COLUMNS, row, strict=True)) | facts


def _print_rows(path: str, given: Input) -> None:
    """Rows as they are decoded, so that `| head` is quick; a missing timestamp is a dash."""
    for number, (index, pts, time_s, duration_s, key, letter) in enumerate(_rows(path, given)):
        if number == 0:
            print(f"{'index':>7} {'pts':>12} {'time':>12} {'duration':>9} {'key':>3} type")
        shown = "-" if pts is None else str(pts)
        print(f"{index:>7} {shown:>12} {time_s:>12.6f} {duration_s:>9.6f} {int(key):>3} {letter}")


def describe(facts: Facts) -> Iterator[str]:
    """The facts as lines for people."""
    yield facts["path"]
    yield f"  {facts['format_name']} ({facts['format']})"
    if facts["title"]:
        yield f"  title     {facts['title']}"
    yield f"  duration  {_duration(facts['duration_s'])}, from {facts['start_s']:.3f} s"
    if facts["size_bytes"] is not None:
        rate = f", {facts['bit_rate'] / 1000:.0f} kbit/s" if facts["bit_rate"] else ""
        yield f"  size      {facts['size_bytes']} bytes{rate}"
    for track in facts["tracks"]:
        yield from _describe_track(track)
    for number, chapter in enumerate(facts["chapters"], 1):
        begin, end = (format_time(chapter[key], milliseconds=True) for key in ("start_s", "end_s"))
        yield f"  chapter {number}: {begin} to {end} {chapter['title']}".rstrip()


def _duration(duration_s: float | None) -> str:
    return "unknown" if duration_s is None else f"{format_time(duration_s, milliseconds=True)} ({duration_s:.3f} s)"


def _describe_track(track: dict[str, Any]) -> Iterator[str]:
    marks = [name for name in ("default", "forced") if track[name]]
    if track["attached"]:
        marks.append("cover")
    if not track["usable"]:
        marks.append("cannot be decoded")
    elif track["decoded"] is False:
        marks.append("nothing decoded")
    words = [track["codec"], track.get("profile"), track["language"], track["title"]]
    line = " ".join(str(word) for word in words if word)
    yield f"  {track['kind']} {track['number']}: {line}" + (f" ({', '.join(marks)})" if marks else "")
    if "pixel_format" in track:
        yield "    " + _describe_pictures(track)
        yield "    colour: " + ", ".join(_color(name, tag) for name, tag in track["color"].items())
    elif "sample_rate" in track:
        rate = f", {track['bit_rate'] / 1000:.0f} kbit/s" if track["bit_rate"] else ""
        yield f"    {track['sample_rate']} Hz, {track['layout']}, {track['sample_format']}{rate}"


def _describe_pictures(track: dict[str, Any]) -> str:
    parts = [f"{track['width']}x{track['height']}", str(track["pixel_format"])]
    if track["rate"]:
        top, bottom = (int(part) for part in track["rate"].split("/"))
        parts.append(f"{top / bottom:.5g} pictures/s")
    if track["sample_aspect"] != "1/1":
        parts.append(f"sample aspect {track['sample_aspect'].replace('/', ':')}")
    if track["mirrored"]:
        parts.append("mirrored")
    if track["turns_cw"]:
        parts.append(f"turned {track['turns_cw'] * 90} degrees clockwise")
    if track["interlaced"]:
        parts.append("interlaced")
    return ", ".join(parts)


def _color(name: str, tag: dict[str, str | None]) -> str:
    return f"{name} {tag['from']}" if tag["value"] is None else f"{name} {tag['value']} ({tag['from']})"
