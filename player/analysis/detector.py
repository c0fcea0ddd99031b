"""From decoded pictures to their boxes: prepare, run, decode. One network and all that belongs to it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from player.analysis.decoders import make_decoder
from player.analysis.detections import Detections
from player.analysis.input_map import InputMap, Rectangle, fit_input, whole_region
from player.analysis.loading import Engine, LoadedModel, load_model
from player.analysis.planes import Plane, Planes
from player.analysis.preprocess import Preprocessor
from player.analysis.tiles import USUAL_SIDE, Part, merge, tile_regions, tile_size
from player.analysis.trust import Trust
from player.errors import ModelError, OutOfDeviceMemoryError
from player.watching import Precision

if TYPE_CHECKING:
    from player.records import Picture

MOST_AT_ONCE = 8
"""So many inputs go through the network in one run, where it takes any number."""
MOST_AT_ONCE_ON_DEVICE = 32


class Prepares(Protocol):
    """`Preprocessor`, or its like on a device."""

    def prepare(self, pictures: Sequence[Planes], maps: Sequence[InputMap]) -> Any: ...

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _View:
    """What the network sees in one go: a picture or a tile of it."""

    picture: int
    planes: Planes
    at: InputMap


class Detector:
    """A loaded model with its preprocessing and decoding. For one thread: the one that made it."""

    no_heat = ""

    def __init__(self, model: LoadedModel, read: Callable[[Picture], Planes] | None = None) -> None:
        """`read` is for pictures that are no frames of PyAV's.

        Raises ModelError where the card does not fit the model; the model is closed then.
        """
        self.card = model.card
        self.labels = model.card.labels
        self.engine = model.backend.engine
        self.device = model.backend.device
        """Where it really runs."""
        self.overlaps = model.backend.overlaps
        """It works beside this thread: see `begin`."""
        self.model_id = model.file.sha256[:12]
        self.timings: dict[str, float] = {}
        """Of the last `infer`, in seconds: prepare, run, decode."""
        self._backend = model.backend
        try:
            self._decoder = make_decoder(self.card.decoder, self.card.parameters, len(self.labels) or None)
        except ModelError:
            self._backend.close()
            raise
        self.suppress = self._decoder.suppress
        """Overlapping boxes are still to be thinned out (NMS)."""
        batch, _, height, width = model.backend.input_shape
        spec = model.card.input
        self._spec = replace(spec, width=spec.width or width, height=spec.height or height)
        self._fixed_batch = batch
        self._at_once = batch or (MOST_AT_ONCE_ON_DEVICE if model.backend.on_torch else MOST_AT_ONCE)
        self._prepares: Prepares = Preprocessor(self._spec)
        if model.backend.on_torch:
            from player.analysis.device_prep import DevicePreprocessor

            self._prepares = DevicePreprocessor(self._spec, self.device)
        self._read = read

    @property
    def precision(self) -> str:
        """What it really computes in; "" where the model's file alone decides."""
        return self._backend.precision

    @property
    def remark(self) -> str:
        """Why that is not what was asked for. Both may change with a run."""
        return self._backend.remark

    def warm_up(self) -> None:
        """Runs the network once on a grey picture (NV12), so that the first one does not wait. Raises ModelError."""
        size = self._spec.width or USUAL_SIDE, self._spec.height or USUAL_SIDE
        grey, chroma = (np.full((size[1] // part, size[0] // part, part), 128, np.uint8) for part in (1, 2))
        planes = Planes((Plane(grey), Plane(chroma, (2, 2))), ((0, 0), (1, 0), (1, 1)), np.eye(3, 4, dtype=np.float32))
        self._run([_View(0, planes, fit_input(self._spec, size))], {})

    def infer(
        self,
        pictures: Sequence[Picture],
        *,
        region: Rectangle | None = None,
        tile: int | None = None,
        heat: int | None = None,
    ) -> list[Detections]:
        """All boxes above RAW_FLOOR, in coded pixels of each picture; overlapping ones too where `suppress` is true.

        `region` is all that the network sees. `tile` cuts large pictures into overlapping tiles so many pixels wide
        (0: as wide as the network's input, so that it sees every pixel) and joins the boxes that their borders cut;
        each tile's overlapping boxes are thinned out then, by the card's IoU. Boxes may reach beyond the picture.
        `heat` is for classifiers alone.
        Raises ModelError, StreamError (a pixel format that nothing can convert).
        """
        return self.begin(pictures, region=region, tile=tile)()

    def begin(
        self,
        pictures: Sequence[Picture],
        *,
        region: Rectangle | None = None,
        tile: int | None = None,
        heat: int | None = None,
    ) -> Callable[[], list[Detections]]:
        """As `infer`, but where it `overlaps` the network has only begun: what is returned waits for it.

        So the next pictures can be prepared meanwhile. In the order in which they were begun, each once.
        """
        begun = time.perf_counter()
        timings = dict.fromkeys(("prepare", "run", "decode"), 0.0)
        views = [view for number, picture in enumerate(pictures) for view in self._views(number, picture, region, tile)]
        timings["prepare"] += time.perf_counter() - begun
        chunks = self._chunks(views)
        running = [self._start(chunk, timings) for chunk in islice(chunks, 1)]

        def finish() -> list[Detections]:
            found: list[Detections] = []
            for chunk in chunks:
                running.append(self._start(chunk, timings))
                found += running.pop(0)()
            for last in running:
                found += last()
            joined = self._joined(pictures, views, found, region, timings)
            self.timings = timings
            return joined

        return finish

    def _joined(
        self,
        pictures: Sequence[Picture],
        views: Sequence[_View],
        found: Sequence[Detections],
        region: Rectangle | None,
        timings: dict[str, float],
    ) -> list[Detections]:
        """Picture by picture."""
        begun = time.perf_counter()
        results = []
        for number, picture in enumerate(pictures):
            parts = [
                Part(view.at.region, each) for view, each in zip(views, found, strict=True) if view.picture == number
            ]
            if len(parts) == 1:
                results.append(parts[0].found)
            else:
                whole = whole_region(region, picture.coded_size)
                results.append(merge(parts, whole, self.card.iou, suppress=self.suppress))
        timings["decode"] += time.perf_counter() - begun
        return results

    def close(self) -> None:
        """Lets go of the network and its memory. Harmless twice."""
        self._prepares.release()
        self._backend.close()

    def _views(self, number: int, picture: Picture, rectangle: Rectangle | None, tile: int | None) -> Iterator[_View]:
        if self._read is None:
            from player.analysis.picture_planes import PlaneReader

            self._read = PlaneReader().read
        planes = self._read(picture)
        whole = whole_region(rectangle, picture.coded_size)
        orientation, aspect = picture.orientation, Fraction(picture.sample_aspect)
        regions = [whole]
        if tile is not None:
            tiles = tile_regions(whole, tile_size(self._spec, tile, orientation, aspect))
            regions += tiles if len(tiles) > 1 else ()
        for region in regions:
            at = fit_input(self._spec, picture.coded_size, orientation=orientation, sample_aspect=aspect, region=region)
            yield _View(number, planes, at)

    def _chunks(self, views: Sequence[_View]) -> Iterator[list[_View]]:
        """As many in a row as may go through the network together: all of one input size."""
        chunk: list[_View] = []
        for view in views:
            if chunk and (len(chunk) == self._at_once or view.at.input_size != chunk[0].at.input_size):
                yield chunk
                chunk = []
            chunk.append(view)
        if chunk:
            yield chunk

    def _run(self, chunk: Sequence[_View], timings: dict[str, float]) -> list[Detections]:
        return self._start(chunk, timings)()

    def _start(self, chunk: Sequence[_View], timings: dict[str, float]) -> Callable[[], list[Detections]]:
        """What is returned gives what is in each view, in coded pixels."""
        try:
            outputs = self._outputs(chunk, timings)
        except ModelError as error:
            self._give_room(error, chunk)
            return partial(self._in_halves, chunk, timings)  # when what runs already has ended
        return partial(self._finish, outputs, chunk, timings)

    def _finish(
        self, outputs: Callable[[], Any], chunk: Sequence[_View], timings: dict[str, float]
    ) -> list[Detections]:
        begun = time.perf_counter()
        try:
            came = outputs()
        except ModelError as error:
            self._give_room(error, chunk)
            return self._in_halves(chunk, timings)
        ended = time.perf_counter()
        found = self._decoder.decode(came, chunk[0].at.input_size)
        coded = [view.at.detections_to_coded(each) for view, each in zip(chunk, found, strict=False)]
        timings["run"] = timings.get("run", 0.0) + ended - begun
        timings["decode"] = timings.get("decode", 0.0) + time.perf_counter() - ended
        return coded

    def _give_room(self, error: ModelError, chunk: Sequence[_View]) -> None:
        """Raises it where less at once is no way out."""
        _let_go(error)
        self._prepares.release()
        too_many = isinstance(error, OutOfDeviceMemoryError) and len(chunk) > 1 and self._fixed_batch is None
        if not too_many:
            raise error

    def _in_halves(self, chunk: Sequence[_View], timings: dict[str, float]) -> list[Detections]:
        self._at_once = half = (len(chunk) + 1) // 2
        return [*self._run(chunk[:half], timings), *self._run(chunk[half:], timings)]

    def _outputs(self, chunk: Sequence[_View], timings: dict[str, float]) -> Callable[[], Any]:
        begun = time.perf_counter()
        filled = [*chunk, *[chunk[-1]] * ((self._fixed_batch or len(chunk)) - len(chunk))]
        batch = self._prepares.prepare([view.planes for view in filled], [view.at for view in filled])
        prepared = time.perf_counter()
        outputs = self._backend.start(batch)
        timings["prepare"] = timings.get("prepare", 0.0) + prepared - begun
        timings["run"] = timings.get("run", 0.0) + time.perf_counter() - prepared
        return outputs


def _let_go(error: BaseException | None) -> None:
    """Of what the frames it went through hold: tensors, on a device that has no more room, perhaps."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__


def open_detector(
    path: str | Path,
    *,
    device: str = "auto",
    engine: Engine = "auto",
    precision: Precision = "auto",
    trust: Trust,
    threads: int | None = None,
) -> Detector:
    """Slow: for an analysis thread, which is then the detector's. Raises ModelError, UntrustedModelError."""
    return Detector(load_model(path, device=device, engine=engine, precision=precision, trust=trust, threads=threads))
