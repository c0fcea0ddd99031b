"""Analysing files without playing them: every wanted picture once, in order, as quickly as the machine does it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from player.analysis.classes import SHOWN, Classes
from player.analysis.formats.classes import PictureClasses
from player.analysis.formats.results import PictureResult
from player.analysis.inputs import InputFile
from player.analysis.picture_stream import Decoded, PictureStream, Unreadable
from player.analysis.selection import Selection, select
from player.analysis.upright import upright, upright_size
from player.errors import OpenError, PlayerError
from player.options import Input
from player.ordinals import Ordinals

if TYPE_CHECKING:
    from player.analysis.classifier import Classifier
    from player.analysis.detections import Detections
    from player.analysis.detector import Detector

ImageId = Callable[[PictureResult], int]


def analyze(
    stream: PictureStream, network: Detector | Classifier, selection: Selection, *, batch: int = 1
) -> Iterator[PictureResult | PictureClasses | Unreadable]:
    """What the selection leaves of each picture's boxes or classes, in order; a file that cannot be read in its place.

    The stream decodes meanwhile. Ends with it, or where it is aborted. Raises ModelError and StreamError.
    """
    running: _Batch | None = None
    while taken := stream.take(batch):
        pictures = [each.picture for each in taken if isinstance(each, Decoded)]
        try:
            begun = _Batch(taken, network.begin(pictures) if pictures else list)
        except PlayerError:
            if running is not None:
                yield from _results(running, network, selection)
            raise
        if running is not None:
            yield from _results(running, network, selection)
        running = begun if network.overlaps else None  # on a device that works by itself, while the next is prepared
        if running is None:
            yield from _results(begun, network, selection)
    if running is not None:
        yield from _results(running, network, selection)


class _Batch(NamedTuple):
    taken: Sequence[Decoded | Unreadable]
    finish: Callable[[], list[Detections] | list[Classes]]


def _results(
    batch: _Batch, network: Detector | Classifier, selection: Selection
) -> Iterator[PictureResult | PictureClasses | Unreadable]:
    found: Iterator[Detections | Classes] = iter(batch.finish())
    for each in batch.taken:
        if isinstance(each, Unreadable):
            yield each
            continue
        seen = next(found)
        if isinstance(seen, Classes):
            yield _classes(each, seen, selection)
        else:
            yield _boxes(each, select(seen, selection, suppress=network.suppress))


def _boxes(decoded: Decoded, found: Detections) -> PictureResult:
    picture = decoded.picture
    return PictureResult(
        **_facts(decoded), found=upright(found, picture.coded_size, picture.orientation), is_image=decoded.file.is_image
    )


def _classes(decoded: Decoded, found: Classes, selection: Selection) -> PictureClasses:
    """The likeliest that are neither switched off nor beyond the band."""
    wanted = [
        (each, score)
        for each, score in found.pairs(len(found.scores))
        if each not in selection.hidden and selection.low <= score <= selection.high
    ]
    return PictureClasses(**_facts(decoded), pairs=tuple(wanted[:SHOWN]), is_image=decoded.file.is_image)


def _facts(decoded: Decoded) -> dict[str, Any]:
    """Which picture it is, and its size."""
    picture = decoded.picture
    assert picture.index is not None
    width, height = upright_size(picture.coded_size, picture.orientation)
    return {
        "file": decoded.file.name,
        "index": picture.index,
        "pts": picture.pts,
        "time_base": picture.time_base,
        "time_s": picture.time_s,
        "width": width,
        "height": height,
    }


def image_numbers(files: Sequence[InputFile]) -> ImageId:
    """COCO's `image_id` of each picture of a run: an image's is the number it is called by, where all images have one
    of their own (as COCO's do), the picture of a single video has its own; else they are counted. Call it in order.
    """
    if len(files) == 1 and not files[0].is_image:
        return lambda picture: picture.index
    stems = [os.path.splitext(os.path.basename(file.path))[0] for file in files]
    numbers = {int(stem) for stem in stems if stem.isascii() and stem.isdigit()}
    if len(numbers) == len(files) and all(file.is_image for file in files):
        return lambda picture: int(os.path.splitext(os.path.basename(picture.file))[0])
    count = iter(range(1 << 62))
    return lambda _picture: next(count)


def expected_pictures(files: Sequence[InputFile], ordinals: Ordinals, given: Input) -> int | None:
    """How many pictures are to come, as the files claim or their length has it; None when one of them does not say."""
    total = 0
    for file in files:
        count = 1 if file.is_image else ordinals.count_of(_claimed(file, given) or 0)
        if count is None:
            return None
        total += count
    return total


def _claimed(file: InputFile, given: Input) -> int | None:
    from player.media.picture_reader import PictureReader
    from player.media.source import choose_track, open_source

    try:
        source = open_source(file.path, input=given)
    except OpenError:
        return None  # told when its turn comes
    try:
        track = choose_track(source, "video", None)
        if track is None:
            return None
        length_s, rate = source.info.duration_s, track.rate
        estimate = round(length_s * rate) if length_s and rate else None
        return PictureReader(source, track).expected_count or estimate
    finally:
        source.close()
