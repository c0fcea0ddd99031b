"""From decoded pictures to their boxes: prepare, run, decode. One network and all that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from player.analysis.detections import Detections
from player.analysis.loading import Engine, LoadedModel, load_model
from player.analysis.trust import Trust

if TYPE_CHECKING:
    from player.records import Picture

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom in coded pixels."""


class Detector:
    """A loaded model with its preprocessing and decoding. For one thread: the one that made it."""

    def __init__(self, model: LoadedModel) -> None:
        self.card = model.card
        self.labels = model.card.labels
        self.engine = model.backend.engine
        self.device = model.backend.device
        """Where it really runs."""
        self.model_id = model.file.sha256[:12]
        self.suppress = True
        """Overlapping boxes are still to be thinned out (NMS)."""
        self.timings: dict[str, float] = {}
        """Of the last `infer`, in seconds: prepare, run, decode."""

    def warm_up(self) -> None:
        """Runs the network once on nothing, so that the first picture does not wait. Raises ModelError."""
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of the network and its memory. Harmless twice."""
        raise NotImplementedError

    def infer(
        self, pictures: Sequence[Picture], *, region: Rectangle | None = None, tile: int | None = None
    ) -> list[Detections]:
        """All boxes above RAW_FLOOR, in coded pixels of each picture; overlapping ones too where `suppress` is true.

        `region` is all that the network sees. `tile` cuts large pictures into overlapping tiles so many pixels wide
        (0: as wide as the network's input, so that it sees every pixel) and joins the boxes that their borders cut.
        Raises ModelError, StreamError (a pixel format that nothing can convert).
        """
        raise NotImplementedError


def open_detector(
    path: str | Path, *, device: str = "auto", engine: Engine = "auto", trust: Trust, threads: int | None = None
) -> Detector:
    """Slow: for an analysis thread, which is then the detector's. Raises ModelError, UntrustedModelError."""
    return Detector(load_model(path, device=device, engine=engine, trust=trust, threads=threads))
