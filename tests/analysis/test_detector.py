"""The whole way of a picture with a network that is known: where boxes come out, in what batches, and what fails."""

from __future__ import annotations

import dataclasses
import weakref
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.card import InputSpec
from player.analysis.detector import MOST_AT_ONCE, Detector
from player.errors import ModelError, OutOfDeviceMemoryError
from player.records import Orientation, Picture
from tests.helpers.networks import NumpyBackend, blobs, made_model

pytest.importorskip("cv2", reason="pictures are scaled by OpenCV", exc_type=ImportError)

Boxes = list[tuple[int, int, int, int]]
BOX = InputSpec(64, 64, "letterbox", fill=0)


def picture_with(boxes: Boxes, size: tuple[int, int] = (128, 96), **more: object) -> Picture:
    """White boxes (left, top, right, bottom) on black."""
    grey = np.zeros(size[::-1], np.uint8)
    for left, top, right, bottom in boxes:
        grey[top:bottom, left:right] = 255
    frame = av.VideoFrame.from_ndarray(grey, format="gray")
    picture = Picture(frame, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")
    return dataclasses.replace(picture, **more)  # type: ignore[arg-type]


def detector(spec: InputSpec = BOX, batch: int | None = None) -> tuple[Detector, NumpyBackend]:
    backend = NumpyBackend(blobs, (batch, 3, spec.height, spec.width))
    return Detector(made_model(backend, spec)), backend


def found(boxes: NDArray[np.float32]) -> list[list[float]]:
    return sorted(boxes.tolist())


@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(3, 2), Fraction(2, 3)])
@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_boxes_lie_in_the_coded_picture(mirrored: bool, turns: int, aspect: Fraction) -> None:
    boxes = [(8, 8, 40, 24), (64, 32, 80, 88)]
    picture = picture_with(boxes, orientation=Orientation(mirrored, turns), sample_aspect=aspect)
    network, _ = detector()
    (result,) = network.infer([picture])
    assert np.allclose(found(result.xyxy), boxes, atol=2 * 1.5)  # an input's pixel is up to three coded ones wide
    assert result.class_id.tolist() == [0, 0]


def test_a_region_is_searched_alone_and_told_in_the_whole_pictures_pixels() -> None:
    picture = picture_with([(8, 8, 40, 24), (64, 32, 80, 88)])
    network, backend = detector()
    (result,) = network.infer([picture], region=(56.0, 24.0, 120.0, 96.0))
    assert np.allclose(found(result.xyxy), [(64, 32, 80, 88)], atol=1.2)
    assert backend.batches == [(1, 3, 64, 64)]
    (cut,) = network.infer([picture], region=(20.0, 0.0, 50.0, 96.0))
    assert np.allclose(found(cut.xyxy), [(20, 8, 40, 24)], atol=1.6)


def test_pictures_of_all_sizes_go_through_in_batches() -> None:
    pictures = [picture_with([(8, 8, 24 + 8 * at, 40)], (128, 64 + 16 * at)) for at in range(MOST_AT_ONCE + 2)]
    network, backend = detector()
    results = network.infer(pictures)
    for at, result in enumerate(results):
        assert np.allclose(result.xyxy, [(8, 8, 24 + 8 * at, 40)], atol=2.5)
    assert [shape[0] for shape in backend.batches] == [MOST_AT_ONCE, 2]
    assert network.infer([]) == []


def test_a_fixed_batch_is_filled_up() -> None:
    pictures = [picture_with([(8, 8, 24 + 8 * at, 40)]) for at in range(4)]
    network, backend = detector(batch=3)
    results = network.infer(pictures)
    assert [len(result) for result in results] == [1, 1, 1, 1]
    assert np.allclose(results[3].xyxy, [(8, 8, 48, 40)], atol=2)
    assert [shape[0] for shape in backend.batches] == [3, 3]


def test_networks_of_any_size_see_the_pictures_own() -> None:
    network, backend = detector(InputSpec(None, None, "letterbox", "top-left", multiple=32))
    pictures = [picture_with([(8, 8, 40, 24)]), picture_with([(10, 70, 33, 99)], (40, 100))]
    results = network.infer(pictures)
    assert backend.batches == [(1, 3, 96, 128), (1, 3, 128, 64)]
    assert results[0].xyxy.tolist() == [[8, 8, 40, 24]]
    assert results[1].xyxy.tolist() == [[10, 70, 33, 99]]


def test_warming_up_runs_the_network_once() -> None:
    network, backend = detector()
    network.warm_up()
    assert backend.batches == [(1, 3, 64, 64)]
    assert network.timings == {}
    network.infer([picture_with([])])
    assert set(network.timings) == {"prepare", "run", "decode"}
    assert all(taken > 0 for taken in network.timings.values())
    network.close()
    network.close()
    assert backend.closed == 2


def test_what_a_detector_is_called() -> None:
    network, _ = detector()
    assert (network.engine, network.device, network.model_id) == ("numpy", "cpu", "0123456789ab")
    assert network.labels == ("blob", "other")
    assert not network.suppress


def test_a_card_that_does_not_fit_closes_the_model() -> None:
    backend = NumpyBackend(blobs, (1, 3, 64, 64))
    model = made_model(backend, BOX)
    wrong = dataclasses.replace(model, card=dataclasses.replace(model.card, decoder="yolo-99"))
    with pytest.raises(ModelError, match="yolo-99"):
        Detector(wrong)
    assert backend.closed == 1


class Small(NumpyBackend):
    """Has memory for so many pictures at a time."""

    room = 2

    held: weakref.ref[NDArray[np.float32]] | None = None
    """The last batch there was no room for."""

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        if self.held is not None:
            assert self.held() is None, "the batch that was too large is still there when half of it is tried"
        if len(batch) > self.room:
            self.held = weakref.ref(batch)
            raise OutOfDeviceMemoryError("made up", "cuda:0")
        return super().run(batch)


def test_a_batch_that_is_too_large_is_halved_from_then_on() -> None:
    backend = Small(blobs, (None, 3, 64, 64))
    network = Detector(made_model(backend, BOX))
    pictures = [picture_with([(8, 8, 24 + 8 * at, 40)]) for at in range(7)]
    for _ in range(2):
        results = network.infer(pictures)
        assert [round(float(result.xyxy[0, 2])) // 8 for result in results] == [3, 4, 5, 6, 7, 8, 9]
    assert [shape[0] for shape in backend.batches] == [2, 2, 2, 1] * 2
    backend.room = 0
    with pytest.raises(ModelError, match="ran out of memory on cuda:0") as raised:
        network.infer(pictures)
    assert backend.held is not None
    assert backend.held() is None, "whoever keeps the error keeps the batch"
    assert raised.value.__traceback__ is not None
