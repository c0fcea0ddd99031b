"""`overplay analyze`: what a model finds in every picture of videos, images and folders, as a file."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any

from player.cli.detect_options import add_precision, band, device, names, share
from player.cli.frames import positive, stretch
from player.cli.input_options import add_input_options, read_input
from player.cli.main import INTERRUPTED, REFUSED, say
from player.cli.options import Parser
from player.errors import PlayerError, UsageError
from player.ordinals import Ordinals

if TYPE_CHECKING:
    from player.analysis.classifier import Classifier
    from player.analysis.detector import Detector
    from player.analysis.formats.results import RunFacts
    from player.analysis.inputs import InputFile
    from player.analysis.picture_stream import PictureStream
    from player.analysis.selection import Selection
    from player.cli.progress import Progress

FORMATS = ("coco", "csv", "jsonl")
BATCH_ON_DEVICE = 16


def run(arguments: Sequence[str]) -> int:
    """The exit code; raises PlayerError."""
    given = _parser().parse_args(arguments)
    kind = given.format or _told_by_name(given.output)
    from player.analysis.inputs import list_inputs
    from player.analysis.model_names import resolve_model

    model = resolve_model(given.model)
    files = list_inputs(given.inputs, sequence=given.sequence)
    _check_output(given, kind)
    from player.analysis.backends.threads import usable_cores
    from player.analysis.opening import open_model
    from player.analysis.trust import Trust, registry_file

    trust = Trust(registry_file(), named=[model] if given.trust_model else ())
    network = open_model(model, device=given.device, precision=given.precision, trust=trust, threads=usable_cores())
    try:
        if network.card.task == "classify":
            _check_classifier(given, kind)
        return _analyze(given, kind, files, network)
    finally:
        network.close()


def _parser() -> Parser:
    parser = Parser(
        "overplay analyze",
        usage="overplay analyze INPUT... --model M -o OUT [--format F] [OPTIONS]",
        description="What a model finds in every picture of videos, images and folders of them, in order.",
        epilog="Boxes are in pixels of the upright picture: turned as the file says, not stretched to its display\n"
        "aspect. coco writes the list of results, and beside OUT.json an OUT.dataset.json with the images, the\n"
        "classes and the same boxes; csv writes OUT.csv.json beside, which names the pictures that were looked at.\n"
        "Of a classifier, csv and jsonl hold the five likeliest classes of each picture.",
    )
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="a video, an image or a folder")
    parser.add_argument("--model", required=True, metavar="M", help="a model file, or the name of an installed model")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="the file to write")
    parser.add_argument("--format", choices=FORMATS, help="the format of OUT (told by its name, else coco)")
    parser.add_argument("--force", action="store_true", help="overwrite what is there")
    parser.add_argument(
        "--conf",
        type=band,
        default=(None, 1.0),
        metavar="LOW[:HIGH]",
        help="boxes or classes of this confidence, 0 to 1",
    )
    parser.add_argument("--iou", type=share, metavar="X", help="boxes of a class that overlap by more than X are one")
    parser.add_argument("--classes", type=names, default=(), metavar="A,B", help="only these classes")
    parser.add_argument(
        "--range", type=stretch, default=Ordinals(), metavar="A:B", help="of videos, from A up to but without B"
    )
    parser.add_argument("--every", type=positive, default=1, metavar="K", help="of videos, each Kth picture of these")
    parser.add_argument("--batch", type=positive, metavar="N", help="so many pictures at once")
    parser.add_argument("--device", type=device, default="auto", metavar="D", help="auto, cpu, cuda[:N], mps or xpu")
    add_precision(parser)
    parser.add_argument("--trust-model", action="store_true", help="let a model run that is a program")
    add_input_options(parser)
    return parser


def _told_by_name(output: str) -> str:
    suffix = os.path.splitext(output)[1][1:].lower()
    return suffix if suffix in FORMATS else "coco"


def _check_output(given: argparse.Namespace, kind: str) -> None:
    """Before hours of work, what would go wrong after them."""
    folder = os.path.dirname(os.path.abspath(given.output))
    if not os.path.isdir(folder):
        raise UsageError(f"There is no folder {folder} to write to.")
    if os.path.isdir(given.output):
        raise UsageError(f"{given.output} is a folder; -o names a file.")
    if os.path.exists(given.output) and not os.path.isfile(given.output) and kind != "jsonl":
        raise UsageError(f"{given.output} is no file to write beside; only jsonl goes there.")
    for path in _written_files(given.output, kind):
        if os.path.isfile(path) and not given.force:
            raise UsageError(f"{path} exists; --force overwrites it.")


def _check_classifier(given: argparse.Namespace, kind: str) -> None:
    if kind == "coco":
        raise UsageError(
            f"{given.model} tells classes and no boxes, which coco has no place for; --format csv or jsonl."
        )
    if given.iou is not None:
        raise UsageError(f"{given.model} tells classes and no boxes: --iou says nothing of them.")


def _written_files(output: str, kind: str) -> list[str]:
    from player.analysis.formats import coco, csv

    beside = {"coco": [coco.side_path(output)], "csv": [csv.side_path(output)]}
    return [output, *beside.get(kind, [])]


def _analyze(given: argparse.Namespace, kind: str, files: Sequence[InputFile], network: Detector | Classifier) -> int:
    from player.analysis.offline import expected_pictures
    from player.analysis.picture_stream import PictureStream
    from player.cli.progress import Progress

    selection = _selection(given, network)
    ordinals = dataclasses.replace(given.range, every=given.every)
    how = read_input(given)
    batch = given.batch or (1 if network.device == "cpu" else BATCH_ON_DEVICE)
    work = _Work(network, selection, batch)
    try:
        with (
            _opened(given, kind, network.card.task, _facts(given, network, selection, files), files) as writer,
            PictureStream(files, ordinals, ahead=2 * batch + 2, input=how) as stream,
            _ended_by_interrupt(stream),
            Progress("pictures", expected_pictures(files, ordinals, how)) as progress,
        ):
            work.do(stream, writer, progress)
    except _NothingReadError:
        return REFUSED
    except FileExistsError as error:
        raise UsageError(f"{error.filename2 or error.filename} exists; --force overwrites it.") from error
    except OSError as error:
        raise PlayerError(f"Cannot write {given.output}: {error.strerror}.") from error
    return work.tell(given.output)


class _NothingReadError(Exception):
    """No file had a picture; each was told why."""


@dataclass
class _Work:
    """One run, and how far it came."""

    network: Detector | Classifier
    selection: Selection
    batch: int
    pictures: int = 0
    found: int = 0
    """Boxes, or classes."""
    failed: bool = False
    """A file could not be read."""
    interrupted: bool = False
    error: PlayerError | None = None
    """What ended it early."""
    damage: dict[str, int] = field(default_factory=dict)

    def do(self, stream: PictureStream, writer: Any, progress: Progress) -> None:
        """Raises what went wrong where there is nothing to keep: KeyboardInterrupt, PlayerError, _NothingReadError."""
        from player.analysis.offline import analyze
        from player.analysis.picture_stream import Unreadable

        try:
            for each in analyze(stream, self.network, self.selection, batch=self.batch):
                if isinstance(each, Unreadable):
                    self.failed = True
                    progress.say(f"overplay: {each.error}")
                    continue
                writer.add(each)
                progress.advance()
                self.pictures += 1
                self.found += each.count
        except PlayerError as error:
            if not self.pictures:
                raise
            self.error = error
        self.interrupted = stream.aborted
        if not self.pictures:
            raise KeyboardInterrupt if self.interrupted else _NothingReadError
        self.damage = stream.damage
        if self.error is None and not self.interrupted:
            progress.settle()
        writer.finish(complete=not (self.failed or self.interrupted or self.error))

    def tell(self, output: str) -> int:
        """What came of it, on standard error; the exit code."""
        for path, count in self.damage.items():
            say(f"{_counted(count, 'packet')} of {path} could not be decoded; a picture may be missing or look wrong.")
        noun = "class" if self.network.card.task == "classify" else "box"
        held = f"{output} holds {_counted(self.pictures, 'picture')} with {_counted(self.found, noun)}"
        if self.error is not None:
            say(str(self.error))
            say(f"It ended there; {held}.")
            return REFUSED
        if self.interrupted:
            say(f"Interrupted; {held}, the first of them all.")
            return INTERRUPTED
        say(f"{held}.")
        return REFUSED if self.failed else 0


def _counted(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun in ("box", "class") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def _selection(given: argparse.Namespace, network: Detector | Classifier) -> Selection:
    """What the options said, and the model's card where they said nothing. Raises UsageError."""
    from player.analysis.class_choice import hidden_classes
    from player.analysis.detections import RAW_LIMIT
    from player.analysis.selection import Selection

    low, high = given.conf
    usual = 0.0 if network.card.task == "classify" else network.card.conf
    return Selection(
        low=min(usual, high) if low is None else low,
        high=high,
        iou=network.card.iou if given.iou is None else given.iou,
        top_k=RAW_LIMIT,
        hidden=hidden_classes(network.labels, given.classes),
    )


def _facts(
    given: argparse.Namespace, network: Detector | Classifier, selection: Selection, files: Sequence[InputFile]
) -> RunFacts:
    from player.analysis.formats.results import RunFacts
    from player.analysis.inputs import identities

    return RunFacts(
        model=network.card.name,
        sha256=network.card.sha256,
        labels=tuple(network.labels),
        engine=network.engine,
        device=network.device,
        precision=network.precision,
        low=selection.low,
        high=selection.high,
        iou=selection.iou,
        classes=given.classes,
        files=identities(files),
    )


def _opened(
    given: argparse.Namespace, kind: str, task: str, facts: RunFacts, files: Sequence[InputFile]
) -> contextlib.AbstractContextManager[Any]:
    """A Writer of what this task gives."""
    from player.analysis.formats import classes, coco, csv, jsonl
    from player.analysis.offline import image_numbers

    if task == "classify":
        write_classes = classes.write_csv if kind == "csv" else classes.write_jsonl
        return write_classes(given.output, facts, replace=given.force)
    if kind == "coco":
        return coco.write(given.output, facts, image_numbers(files), replace=given.force)
    write = csv.write if kind == "csv" else jsonl.write
    return write(given.output, facts, replace=given.force)


@contextlib.contextmanager
def _ended_by_interrupt(stream: PictureStream) -> Iterator[None]:
    """Ctrl+C ends the stream, so that what was done is kept; a second one is one."""

    def end(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        stream.abort()

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
