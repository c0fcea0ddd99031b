"""The CUDA path, for machines with a card: `pytest -m gpu`. No PyAV, no Qt, no shared files are needed there."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.analysis.backends.replays import COMPUTED_FIRST
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
from player.watching import Precision
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


def detector(path: Path, device: str, precision: Precision = "fp32") -> Detector:
    return Detector(load_model(path, device=device, precision=precision, trust=Trust(None), threads=2), planes_of)


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


def same(one: Detections, other: Detections, within: float = 0.02) -> bool:
    """Of the surest boxes: those near the floor may come and go."""
    count = min(len(one), len(other), 20)
    close = np.allclose(one.confidence[:count], other.confidence[:count], atol=within)
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


def test_half_precision_is_usual_and_near_the_processors(weights: Path) -> None:
    batch = [picture_of(planes) for planes in pictures(3)]
    on_processor = detector(weights, "cpu")
    wanted = on_processor.infer(batch)
    for precision, within in (("auto", 0.03), ("bf16", 0.1)):
        on_card = detector(weights, "cuda", precision)  # type: ignore[arg-type]
        assert (on_card.precision, on_card.remark) == ({"auto": "fp16"}.get(precision, precision), "")
        for _ in range(COMPUTED_FIRST + 2):  # computed, then replayed
            found = on_card.infer(batch)
            assert all(same(one, other, within) for one, other in zip(found, wanted, strict=True))
        on_card.close()
    on_processor.close()


def network_on_card(weights: Path, precision: Precision = "fp32") -> Any:
    return load_model(weights, device="cuda", precision=precision, trust=Trust(None), threads=2).backend


def inputs(count: int, many: int = 1) -> list[Any]:
    torch = pytest.importorskip("torch")
    torch.manual_seed(3)
    return [255 * torch.rand(many, 3, 352, 352, device="cuda") for _ in range(count)]


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_a_replayed_run_equals_a_computed_one(weights: Path, precision: Precision) -> None:
    backend = network_on_card(weights, precision)
    for many in (1, 4):  # two shapes, two graphs
        given = inputs(COMPUTED_FIRST + 6, many)
        backend._on_card.forget()
        computed = [backend.run(each)["output"] for each in given[:COMPUTED_FIRST]]
        for each in given[COMPUTED_FIRST:]:
            backend.run(each)
        assert len(backend._on_card._replays._made) == 1, "it was captured"
        for each, wanted in zip(given, computed, strict=False):
            assert np.allclose(backend.run(each)["output"], wanted, rtol=1e-3, atol=1e-3)
    backend.close()


def test_runs_that_overlap_keep_to_themselves(cuda: Any, weights: Path) -> None:
    """Many are begun before the first is fetched, while the stream that they come from is busy and goes on."""
    backend = network_on_card(weights)
    given = inputs(8)
    wanted = [backend.run(each)["output"] for each in given]
    for _ in range(10):
        running = []
        for each in given:
            cuda._sleep(500_000)
            running.append(backend.start(each * 1))  # its memory is free for others at once
        for finish, values in zip(running, wanted, strict=True):
            assert np.allclose(finish()["output"], values, rtol=1e-3, atol=1e-3)
    backend.close()


def test_a_capture_stands_another_models_work_beside_it(cuda: Any, weights: Path) -> None:
    torch = pytest.importorskip("torch")
    ended, failed = threading.Event(), []

    def work() -> None:
        try:
            while not ended.is_set():
                torch.rand(1 + int(torch.randint(1, 1000, ())), 1000, device="cuda").sum().item()
        except RuntimeError as error:
            failed.append(error)

    other = threading.Thread(target=work, name="other-model")
    other.start()
    try:
        for _ in range(5):
            backend = network_on_card(weights)
            for each in inputs(COMPUTED_FIRST + 3):
                backend.run(each)
            assert len(backend._on_card._replays._made) == 1
            backend.close()
    finally:
        ended.set()
        other.join(10)
    assert failed == []


def test_a_network_that_cannot_be_captured_is_computed(cuda: Any) -> None:
    from player.analysis.backends.cuda_run import CudaRun

    def compute(batch: Any) -> dict[str, Any]:
        if cuda.is_current_stream_capturing():
            raise RuntimeError("not so")
        return {"output": batch * 2}

    run = CudaRun("cuda:0", graphs=True)
    for each in inputs(COMPUTED_FIRST + 4):
        assert np.array_equal(run.start(compute, each)()["output"], (each * 2).cpu().numpy())


def test_what_is_too_large_for_halves_is_computed_again(cuda: Any) -> None:
    torch = pytest.importorskip("torch")
    from player.analysis.backends.torch_backend import TorchBackend

    weight = torch.full((1, 3, 1, 1), 6e4, device="cuda")
    backend = TorchBackend(
        lambda batch: torch.nn.functional.conv2d(batch, weight), "net", device="cuda:0", input_shape=(1, 3, 8, 8),
        size=(8, 8), threads=1, graphs=True,
    )  # fmt: skip
    given = torch.ones(1, 3, 8, 8, device="cuda")
    running = [backend.start(given) for _ in range(COMPUTED_FIRST + 3)]
    assert backend.precision == "fp16"
    for finish in running:
        assert np.allclose(finish()["output0"], 1.8e5)
    assert (backend.precision, backend.remark) == ("fp32", "not in fp16: its numbers are too large for it")
    backend.close()
