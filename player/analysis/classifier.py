"""From decoded pictures to the classes they are taken for, and where that is seen: prepare, run, read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from player.analysis.classes import TOP, Classes, Heat, likeliest
from player.analysis.decoders.classes import ClassReader
from player.analysis.detector import MOST_AT_ONCE, MOST_AT_ONCE_ON_DEVICE, Prepares
from player.analysis.input_map import InputMap, Rectangle, as_coded, fit_input, whole_region
from player.analysis.planes import Plane, Planes
from player.analysis.preprocess import Preprocessor
from player.analysis.tiles import USUAL_SIDE
from player.errors import ModelError, OutOfDeviceMemoryError

if TYPE_CHECKING:
    from player.analysis.loading import LoadedModel
    from player.records import Picture


@dataclass(frozen=True, slots=True)
class _View:
    """What the network sees of a picture."""

    planes: Planes
    at: InputMap


class Classifier:
    """A loaded model with its preprocessing. For one thread: the one that made it."""

    suppress = False
    overlaps = False

    def __init__(self, model: LoadedModel, read: Callable[[Picture], Planes] | None = None) -> None:
        """`read` is for pictures that are no frames of PyAV's.

        Raises ModelError where the card does not fit the model; the model is closed then.
        """
        self.card = model.card
        self.engine = model.backend.engine
        self.device = model.backend.device
        """Where it really runs."""
        self.model_id = model.file.sha256[:12]
        self.no_heat = "" if model.explains else _why_no_heat(model.file.kind)
        """Why it can give no heat map; '' where it can."""
        self._backend = model.backend
        self._explains = model.explains
        self._read = read
        batch, _, height, width = model.backend.input_shape
        spec = model.card.input
        self._spec = replace(spec, width=spec.width or width, height=spec.height or height)
        self._fixed_batch = batch
        self._at_once = batch or (MOST_AT_ONCE_ON_DEVICE if model.backend.on_torch else MOST_AT_ONCE)
        self._prepares: Prepares = Preprocessor(self._spec)
        if model.backend.on_torch:
            from player.analysis.device_prep import DevicePreprocessor

            self._prepares = DevicePreprocessor(self._spec, self.device)
        try:
            self._reader = ClassReader(self.card.decoder, self.card.parameters, len(self.card.labels) or None)
            self.labels = self.card.labels or tuple(f"class {at}" for at in range(self._count()))
        except ModelError:
            self.close()
            raise

    @property
    def precision(self) -> str:
        """What it really computes in; "" where the model's file alone decides. Heat maps are always in fp32."""
        return self._backend.precision

    @property
    def remark(self) -> str:
        """Why that is not what was asked for. Both may change with a run."""
        return self._backend.remark

    def warm_up(self) -> None:
        """Runs the network once, so that the first picture does not wait. Raises ModelError."""
        self._run([self._grey()], None)

    def infer(
        self,
        pictures: Sequence[Picture],
        *,
        region: Rectangle | None = None,
        tile: int | None = None,
        heat: int | None = None,
    ) -> list[Classes]:
        """The likeliest classes of each picture, with a heat map of the class `heat` or, with TOP, of the likeliest.

        `region` is all that the network sees; `tile` is for detectors alone.
        Raises ModelError, StreamError (a pixel format nothing can convert).
        """
        views = [self._view(picture, region) for picture in pictures]
        wanted = None if self._explains is None else heat
        return [found for chunk in self._chunks(views) for found in self._run(chunk, wanted)]

    def begin(
        self,
        pictures: Sequence[Picture],
        *,
        region: Rectangle | None = None,
        tile: int | None = None,
        heat: int | None = None,
    ) -> Callable[[], list[Classes]]:
        """As `infer`, at once: these networks are small, and a heat map waits for two runs."""
        found = self.infer(pictures, region=region, tile=tile, heat=heat)
        return lambda: found

    def close(self) -> None:
        """Lets go of the network and its memory. Harmless twice."""
        self._prepares.release()
        if self._explains is not None:
            self._explains.close()
        self._backend.close()

    def _count(self) -> int:
        """How many classes it tells apart."""
        return len(self._reader.read(self._backend.run(self._batch([self._grey()])))[0])

    def _grey(self) -> _View:
        size = self._spec.width or USUAL_SIDE, self._spec.height or USUAL_SIDE
        values = np.full((size[1], size[0], 1), 128, np.uint8)
        matrix = np.array([[1, 0]] * 3, np.float32)
        return _View(Planes((Plane(values),), ((0, 0),), matrix), fit_input(self._spec, size))

    def _view(self, picture: Picture, rectangle: Rectangle | None) -> _View:
        if self._read is None:
            from player.analysis.picture_planes import PlaneReader

            self._read = PlaneReader().read
        at = fit_input(
            self._spec,
            picture.coded_size,
            orientation=picture.orientation,
            sample_aspect=Fraction(picture.sample_aspect),
            region=whole_region(rectangle, picture.coded_size),
        )
        return _View(self._read(picture), at)

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

    def _run(self, chunk: Sequence[_View], heat: int | None) -> list[Classes]:
        """In halves where the device has too little memory for all at once."""
        heats: list[Heat | None] = [None] * len(chunk)
        try:
            batch = self._batch(chunk)
            if heat is None or self._explains is None:
                outputs = self._backend.run(batch)
            else:
                explained = self._explains.run(batch, None if heat == TOP else heat)
                outputs = explained.outputs
                heats = [
                    _heat(view.at, values, explained.reach, class_id)
                    for view, values, class_id in zip(chunk, explained.heat, explained.class_ids, strict=False)
                ]
        except OutOfDeviceMemoryError:
            self._prepares.release()
            if len(chunk) == 1 or self._fixed_batch is not None:
                raise
        else:
            return [likeliest(*each) for each in zip(self._reader.read(outputs), heats, strict=False)]
        self._at_once = half = (len(chunk) + 1) // 2
        return [*self._run(chunk[:half], heat), *self._run(chunk[half:], heat)]

    def _batch(self, chunk: Sequence[_View]) -> object:
        filled = [*chunk, *[chunk[-1]] * ((self._fixed_batch or len(chunk)) - len(chunk))]
        return self._prepares.prepare([view.planes for view in filled], [view.at for view in filled])


def _heat(at: InputMap, values: NDArray[np.float32], reach: tuple[float, float], class_id: int) -> Heat:
    """As the picture is coded."""
    width, height = at.input_size
    (first, last) = reach
    box = np.array([[first * width, first * height, last * width, last * height]], np.float32)
    left, top, right, bottom = at.boxes_to_coded(box)[0].tolist()
    x, y, across, down = at.region
    seen = float(x), float(y), float(x + across), float(y + down)
    return Heat(as_coded(values, at.orientation), (left, top, right, bottom), seen, class_id)


def _why_no_heat(kind: str) -> str:
    if kind == "onnx":
        return "No heat map: an ONNX file has no gradients. The weights of a built-in network have one."
    return "No heat map: only the weights of a built-in network have one."
