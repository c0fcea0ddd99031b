"""`overplay frames`: exact pictures by ordinal, as checksums, a table, or PNG files."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from player.cli.input_options import add_input_options, read_input
from player.cli.options import Parser
from player.errors import OpenError, PlayerError, UsageError, plain
from player.options import Input
from player.ordinals import Ordinals

if TYPE_CHECKING:
    from player.media.picture_reader import PictureReader, ReadPicture
    from player.media.source import Source
    from player.records import Track

CSV_HEADER = "index,pts,time,duration,key,type"


def run(arguments: Sequence[str]) -> int:
    """The exit code; raises PlayerError."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.force and given.o is None:
        parser.error("--force goes with -o")
    if given.json and given.o is None:
        parser.error("--json goes with -o")
    selection = dataclasses.replace(given.range, every=given.every)
    quick = selection if given.quick else None
    with open_track(given.file, given.vid, read_input(given), quick) as reader:
        if given.o is not None:
            _write_pictures(reader, selection, given.o, force=given.force, side_files=given.json)
        elif given.csv:
            print(CSV_HEADER)
            for picture in _selected(reader, selection):
                print(csv_row(picture))
        else:
            from player.media.frame_md5 import frame_md5

            for picture in _selected(reader, selection):
                pts = "" if picture.pts is None else picture.pts
                print(f"{picture.index},{pts},{frame_md5(picture.frame)}")
    return 0


def csv_row(picture: ReadPicture) -> str:
    """One line below CSV_HEADER; a missing pts is empty, times are seconds as the container counts."""
    pts = "" if picture.pts is None else str(picture.pts)
    return f"{picture.index},{pts},{picture.time_s:.6f},{picture.duration_s:.6f},{int(picture.key)},{picture.letter}"


def _parser() -> Parser:
    parser = Parser(
        "overplay frames",
        usage="overplay frames FILE [--vid N] [--range A:B] [--every K] [--quick] [--md5 | --csv | -o DIR [--json]]",
        description="Exact pictures of the video track that the player would show, counted from 0 as they are shown.",
        epilog="A PNG file holds the picture as it is coded: not turned, not stretched to its display aspect.",
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--vid", type=positive, metavar="N", help="video track N of the file, from 1")
    parser.add_argument(
        "--range",
        type=stretch,
        default=Ordinals(),
        metavar="A:B",
        help="from A up to but without B; either may be missing",
    )
    parser.add_argument("--every", type=positive, default=1, metavar="K", help="each Kth picture of these")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="begin at the key picture before A instead of at the start; the same pictures in a file without damage",
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--md5", action="store_true", help="index,pts,md5 of the planes in their own format (the default)"
    )
    kinds.add_argument("--csv", action="store_true", help=CSV_HEADER)
    kinds.add_argument("-o", metavar="DIR", help="a PNG file for each, 16 bits deep where the source has more than 8")
    parser.add_argument("--force", action="store_true", help="with -o: overwrite what is there")
    parser.add_argument("--json", action="store_true", help="with -o: a JSON file beside each that says what it is")
    add_input_options(parser)
    return parser


def positive(text: str) -> int:
    """An option's whole number from 1."""
    import argparse

    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1 << 31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def stretch(text: str) -> Ordinals:
    """An option's A:B."""
    import argparse

    first, colon, end = text.partition(":")
    if not colon or not all(part == "" or (part.isascii() and part.isdigit()) for part in (first, end)):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form A:B")
    selection = Ordinals(int(first or 0), int(end) if end else None)
    if selection.is_past(selection.first):
        raise argparse.ArgumentTypeError(f"{text!r} holds no picture")
    return selection


@contextlib.contextmanager
def open_track(
    path: str,
    number: int | None,
    given: Input = Input(),  # noqa: B008  # frozen
    quick: Ordinals | None = None,
) -> Iterator[PictureReader]:
    """A reader of the wanted video track; of the pictures of `quick` where they can be had without those before.

    What is left out of the file is said. Raises OpenError and UsageError.
    """
    from player.media.picture_reader import PictureReader
    from player.media.source import choose_track, open_source

    source = open_source(path, input=given)
    try:
        if source.remark:
            print(f"overplay: {plain(source.remark)}.", file=sys.stderr)
        track = choose_track(source, "video", number)
        if track is None:
            raise OpenError(path, "there is no video in it")
        reader = _quick_reader(source, track, quick) if quick is not None else None
        yield PictureReader(source, track) if reader is None else reader
    finally:
        source.close()


def _quick_reader(source: Source, track: Track, selection: Ordinals) -> PictureReader | None:
    """None where all pictures have to be decoded, from the first on."""
    from player.home import cache_home
    from player.media.index_cache import IndexCache
    from player.media.quick_reader import QuickReader, quick_index

    if not source.seekable:
        return None
    index = quick_index(source.info.path, track, source.input, IndexCache(cache_home() / "index"))
    if index is None:
        return None
    if selection.first >= index.count:
        raise UsageError(f"There is no picture {selection.first}; the last one is {index.count - 1}.")
    end = index.count if selection.end is None else min(selection.end, index.count)
    return QuickReader(source, track, index, range(selection.first, end, selection.every))


def _selected(reader: PictureReader, selection: Ordinals) -> Iterator[ReadPicture]:
    """The selected pictures in order. Raises UsageError when there is not one."""
    found, index = False, -1
    for picture in reader:
        index = picture.index
        if selection.is_past(index):
            return
        if index in selection:
            found = True
            yield picture
    if not found:
        raise UsageError(f"There is no picture {selection.first}; the last one is {index}.")


def _write_pictures(reader: PictureReader, selection: Ordinals, folder: str, *, force: bool, side_files: bool) -> None:
    from player.cli.progress import Progress
    from player.media.still import PngMaker
    from player.media.still_file import Still, describe_still, file_facts, side_bytes
    from player.whole_file import write_whole

    maker = PngMaker(untagged_601=reader.untagged_601)
    about_file = file_facts(reader.path) if side_files else {}
    try:
        os.makedirs(folder, exist_ok=True)
        with Progress("pictures", selection.count_of(reader.expected_count)) as progress:
            for picture in _selected(reader, selection):
                path = os.path.join(folder, f"{picture.index:06d}")
                write_whole(f"{path}.png", maker.encode(picture.frame, reader.sample_aspect), replace=force)
                if side_files:
                    still = Still(reader.whole_picture(picture), reader.path, picture.index)
                    write_whole(f"{path}.json", side_bytes(describe_still(still, about_file)), replace=force)
                progress.advance()
    except FileExistsError as error:
        raise UsageError(f"{error.filename2 or error.filename} exists; --force overwrites it.") from error
    except OSError as error:
        raise PlayerError(f"Cannot write to {folder}: {error.strerror}.") from error
