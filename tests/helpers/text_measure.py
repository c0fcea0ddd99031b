"""How good a detector of text lines is: on pictures made for it, and on the labelled stills of real files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from player.analysis.detector import Detector
from player.analysis.inputs import list_inputs
from player.analysis.picture_stream import PictureStream
from player.ordinals import Ordinals
from player.records import Picture
from player.training.text.fonts import open_shelf
from player.training.text.pictures import make_picture
from player.training.text.score import Score, score
from tests.helpers.media import MEDIA

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo.mp4"
LABELS = ROOT / "tests" / "data" / "text_lines.json"
SIZES = (640, 360), (854, 480)
"""Of made pictures, in turn: neither is the network's input."""
SEED = 77


def score_made(detector: Detector, fonts: list[Path], count: int) -> Score:
    """On pictures of fonts and backgrounds that nothing was learned from."""
    shelf, total = open_shelf(fonts, held_out=True), Score()
    for number in range(count):
        made = make_picture(shelf, SIZES[number % 2], SEED, number, held_out=True)
        frame = av.VideoFrame.from_ndarray(made.pixels, format="rgb24")
        picture = Picture(frame, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")
        total += _score(detector, picture, made.xyxy[made.is_readable], made.xyxy[~made.is_readable])
    return total


def score_stills(detector: Detector, last: int | None = None) -> Iterator[tuple[str, Score]]:
    """Still by still; with `last`, those behind this ordinal are left out: what is far into a file takes long."""
    for still in json.loads(LABELS.read_text())["stills"]:
        if last is not None and still["ordinal"] > last:
            continue
        path = DEMO if still["file"] == "demo.mp4" else MEDIA / still["file"]
        wanted = Ordinals(still["ordinal"], still["ordinal"] + 1)
        with PictureStream(list_inputs([str(path)]), wanted) as stream:
            [read] = stream.take(1)
        assert not hasattr(read, "error"), read
        lines, ignored = (np.array(still[key], np.float32).reshape(-1, 4) for key in ("lines", "ignore"))
        yield f"{still['file']}:{still['ordinal']}", _score(detector, read.picture, lines, ignored)


def _score(detector: Detector, picture: Picture, lines: np.ndarray, ignored: np.ndarray) -> Score:
    [found] = detector.infer([picture])
    return score(found.xyxy[found.confidence >= detector.card.conf], lines, ignored)
