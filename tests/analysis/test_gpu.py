"""The CUDA path, for machines with a card: `pytest -m gpu`. No PyAV, no Qt, no shared files are needed there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.analysis.card import InputSpec
from player.analysis.detections import Detections
from player.analysis.detector import Detector
from player.analysis.input_map import fit_input
from player.analysis.loading import load_model
from player.analysis.planes import Planes
from player.analysis.preprocess import Preprocessor
from player.analysis.trust import Trust
from player.errors import ModelError, OutOfDeviceMemoryError
from player.records import Orientation
from tests.helpers.made_planes import LAYOUTS, made_planes, picture_of, planes_of
from tests.helpers.networks import weights_by_chance

pytestmark = pytest.mark.gpu

BOX = InputSpec(416, 416, "letterbox", "top-left", fill=114)
TOLERANCE = 1.0
"""Levels of 255: the processor rounds 8-bit luma once more."""
BYTES_OF_4K = 3840 * 2160 * 3 // 2


@pytest.fixture(autouse=True)
def cuda() -> Iterator[Any]:
    pytest.importorskip("cv2", reason="the numbers to equal come through OpenCV", exc_type=ImportError)
    torch = pytest.importorskip("torch", reason="needs torch", exc_type=ImportError)
    if not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA card that torch can use")
    yield torch.cuda
    torch.cuda.set_per_process_memory_fraction(1.0)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in network with weights by chance."""
    pytest.importorskip("torch", reason="needs torch", exc_type=ImportError)
    return weights_by_chance(tmp_path_factory.mktemp("model"))


def worker(spec: InputSpec = BOX) -> Any:
    from player.analysis.device_prep import DevicePreprocessor

    return DevicePreprocessor(spec, "cuda:0")


def detector(path: Path, device: str) -> Detector:
    return Detector(load_model(path, device=device, trust=Trust(None), threads=2), planes_of)


def pictures(count: int, size: tuple[int, int] = (1920, 1080)) -> list[Planes]:
    return [made_planes("nv12", size, seed=seed) for seed in range(count)]


def copies_in_4k(count: int) -> list[Planes]:
    """As many pictures to the preparer, although they share their memory here."""
    (one,) = pictures(1, (3840, 2160))
    return [dataclasses.replace(one) for _ in range(count)]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("orientation", [Orientation(), Orientation(True, 1)], ids=str)
def test_equals_the_processor(layout: str, orientation: Orientation) -> None:
    batch = [made_planes(layout, (1920, 1080), seed=seed) for seed in range(3)]
    maps = [fit_input(BOX, (1920, 1080), orientation=orientation) for _ in batch]
    wanted = Preprocessor(BOX).prepare(batch, maps)
    assert np.abs(worker().prepare(batch, maps).cpu().numpy() - wanted).max() <= TOLERANCE


def test_tiles_equal_the_processors() -> None:
    (picture,) = pictures(1, (3840, 2160))
    maps = [fit_input(BOX, (3840, 2160), region=(x, y, 416, 416)) for y in (0, 901) for x in (0, 417, 3424)]
    wanted = Preprocessor(BOX).prepare([picture] * 6, maps)
    assert np.abs(worker().prepare([picture] * 6, maps).cpu().numpy() - wanted).max() <= TOLERANCE


def test_what_lies_on_the_card_stays_there(cuda: Any) -> None:
    torch = pytest.importorskip("torch")
    (picture,) = pictures(1)
    at = fit_input(BOX, (1920, 1080))
    wanted = worker().prepare([picture], [at])
    on_card = tuple(
        type(plane)(torch.from_numpy(plane.values).cuda(), plane.span, plane.shift) for plane in picture.planes
    )
    there = Planes(on_card, picture.places, picture.matrix)
    assert torch.equal(worker().prepare([there], [at]), wanted)


def test_pictures_do_not_overtake_each_other(cuda: Any) -> None:
    """Its own stream against a busy one: each batch is used long after the next ones were begun."""
    sources = pictures(6)
    at = fit_input(BOX, (1920, 1080))
    preparer = worker()
    wanted = [preparer.prepare([source], [at]).cpu() for source in sources]
    sums = []
    for number in range(60):
        batch = preparer.prepare([sources[number % 6]], [at])
        cuda._sleep(2_000_000)  # the network's work
        sums.append((number, batch * 1))
        del batch  # its memory may be given to the next one only when it has been read
    for number, kept in sums:
        assert (kept.cpu() == wanted[number % 6]).all(), number


def test_the_network_sees_a_batch_that_is_finished(cuda: Any) -> None:
    """Used on a stream that was current when it was asked for, with nothing else to wait for."""
    torch = pytest.importorskip("torch")
    sources, at = pictures(4), fit_input(BOX, (1920, 1080))
    preparer = worker()
    wanted = preparer.prepare(sources, [at] * 4).cpu()
    other = torch.cuda.Stream()
    with torch.cuda.stream(other):
        copies = [preparer.prepare(sources, [at] * 4).clone() for _ in range(20)]
    other.synchronize()
    assert all(torch.equal(copy.cpu(), wanted) for copy in copies)


def test_too_little_memory_is_one_sentence_and_frees_what_was_held(cuda: Any) -> None:
    batch, at = copies_in_4k(24), fit_input(BOX, (3840, 2160))
    preparer = worker()
    before = cuda.memory_allocated()
    total = cuda.get_device_properties(0).total_memory
    cuda.set_per_process_memory_fraction((cuda.memory_reserved() + 10 * BYTES_OF_4K) / total)
    with pytest.raises(OutOfDeviceMemoryError, match="ran out of memory on cuda:0"):
        preparer.prepare(batch, [at] * 24)
    assert cuda.memory_allocated() <= before
    cuda.set_per_process_memory_fraction(1.0)
    assert preparer.prepare(batch[:2], [at] * 2).shape == (2, 3, 416, 416)


def same(one: Detections, other: Detections) -> bool:
    """Of the surest boxes: those near the floor may come and go."""
    count = min(len(one), len(other), 20)
    close = np.allclose(one.confidence[:count], other.confidence[:count], atol=0.02)
    telling = bool(one.confidence[0] - one.confidence[-1] > 0.1)
    return telling and close and abs(len(one) - len(other)) <= 0.1 * len(one)


def test_the_whole_way_equals_the_processors(weights: Path) -> None:
    batch = [picture_of(planes) for planes in pictures(5)]
    on_card, on_processor = detector(weights, "cuda"), detector(weights, "cpu")
    assert (on_card.device, on_processor.device) == ("cuda:0", "cpu")
    on_card.warm_up()
    for region, tile in ((None, None), ((100.0, 50.0, 900.0, 700.0), None), (None, 0)):
        found = on_card.infer(batch, region=region, tile=tile)
        wanted = on_processor.infer(batch, region=region, tile=tile)
        assert all(same(one, other) for one, other in zip(found, wanted, strict=True))
    on_card.close()
    on_processor.close()


def test_a_detector_halves_its_batch_where_memory_is_short_and_gives_all_back(cuda: Any, weights: Path) -> None:
    begun = cuda.memory_allocated()
    network = detector(weights, "cuda")
    batch = [picture_of(planes) for planes in copies_in_4k(16)]
    wanted = [network.infer([picture])[0] for picture in batch]
    total = cuda.get_device_properties(0).total_memory
    cuda.empty_cache()
    cuda.set_per_process_memory_fraction((cuda.memory_reserved() + 30 * BYTES_OF_4K) / total)
    found = network.infer(batch)
    assert all(same(one, other) for one, other in zip(found, wanted, strict=True))
    cuda.set_per_process_memory_fraction((cuda.memory_reserved() + 1) / total)
    cuda.empty_cache()
    with pytest.raises(ModelError):
        network.infer(batch)
    cuda.set_per_process_memory_fraction(1.0)
    network.close()
    del network
    assert cuda.memory_allocated() <= begun
