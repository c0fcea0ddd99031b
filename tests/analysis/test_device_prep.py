"""The way through torch against the way on the processor, here on torch's own processor device."""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from player.analysis.card import InputSpec
from player.analysis.input_map import InputMap, fit_input
from player.analysis.planes import Plane, Planes
from player.analysis.preprocess import Preprocessor
from player.errors import ModelError, OutOfDeviceMemoryError
from player.media.color import Primaries, Transfer
from player.media.look import Mapping
from player.records import Orientation
from tests.helpers.made_planes import LAYOUTS, made_planes

pytest.importorskip("cv2", reason="pictures are scaled by OpenCV", exc_type=ImportError)
torch: Any = pytest.importorskip("torch", reason="needs torch", exc_type=ImportError)

BOX = InputSpec(96, 64, "letterbox", fill=114)
ORIENTATIONS = [Orientation(mirrored, turns) for mirrored in (False, True) for turns in range(4)]


def sized(planes: Planes) -> tuple[int, int]:
    return planes.planes[0].size


def apart(spec: InputSpec, pictures: Sequence[Planes], maps: Sequence[InputMap]) -> float:
    from player.analysis.device_prep import DevicePreprocessor

    wanted = Preprocessor(spec).prepare(pictures, maps)
    batch = DevicePreprocessor(spec, "cpu").prepare(pictures, maps)
    assert batch.dtype == torch.float32
    assert batch.shape == wanted.shape
    return float(np.abs(batch.numpy() - wanted).max())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("side", [(96, 64), (300, 200), (35, 70)])
def test_every_layout(layout: str, side: tuple[int, int]) -> None:
    planes = made_planes(layout)
    assert apart(InputSpec(*side), [planes], [fit_input(InputSpec(*side), sized(planes))]) < 0.8


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
@pytest.mark.parametrize("region", [None, (33, 21, 71, 50), (0, 1, 5, 3)])
def test_turned_and_cut(orientation: Orientation, region: tuple[int, int, int, int] | None) -> None:
    planes = made_planes("nv12")
    at = fit_input(BOX, sized(planes), orientation=orientation, region=region)
    assert apart(BOX, [planes], [at]) < 0.8


def test_values_are_what_the_card_says() -> None:
    spec = dataclasses.replace(BOX, order="bgr", scale=1 / 255, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.25))
    planes = made_planes("yuv420p")
    assert apart(spec, [planes], [fit_input(spec, sized(planes))]) < 0.8 / 255 / 0.2


@pytest.mark.parametrize("layout", ["nv12", "rgb24", "gray"])
def test_gray_crops(layout: str) -> None:
    spec = InputSpec(64, 64, "crop", crop=0.875, order="gray", scale=1 / 255, mean=(0.5,) * 3, std=(0.25,) * 3)
    planes = made_planes(layout)
    assert apart(spec, [planes] * 2, [fit_input(spec, sized(planes))] * 2) < 0.8 / 255 / 0.25


@pytest.mark.parametrize("transfer", [Transfer.PQ, Transfer.HLG])
def test_hdr(transfer: Transfer) -> None:
    from player.analysis.device_prep import DevicePreprocessor

    planes = made_planes("p010", mapping=Mapping(transfer, Primaries.BT2020))
    at = fit_input(BOX, sized(planes))
    wanted = Preprocessor(BOX).prepare([planes], [at])
    error = np.abs(DevicePreprocessor(BOX, "cpu").prepare([planes], [at]).numpy() - wanted)
    assert error.mean() < 0.3
    assert (error > 2).mean() < 0.02
    plain = dataclasses.replace(planes, mapping=None)
    assert np.abs(Preprocessor(BOX).prepare([plain], [at]) - wanted).mean() > 5


def test_a_batch_of_unlike_pictures() -> None:
    pictures = [
        made_planes("yuv420p", seed=1),
        made_planes("rgb24", (64, 200), seed=2),
        made_planes("yuv420p", seed=3),
        made_planes("p010", (200, 150), seed=4),
        made_planes("yuv420p", seed=5),
    ]
    turned = [Orientation(), Orientation(False, 1), Orientation(), Orientation(True, 2), Orientation(True, 1)]
    maps = [fit_input(BOX, sized(each), orientation=how) for each, how in zip(pictures, turned, strict=True)]
    assert apart(BOX, pictures, maps) < 0.8
    assert apart(BOX, pictures[:2] * 2, maps[:2] * 2) < 0.8


def test_pictures_of_one_layout_may_mean_other_colours() -> None:
    """Alike in memory, so that they go through together, each by its own matrix."""
    one, other = made_planes("yuv420p", seed=1), made_planes("yuv420p", seed=2)
    other = dataclasses.replace(other, matrix=other.matrix * np.float32(0.5))
    assert apart(BOX, [one, other], [fit_input(BOX, sized(one))] * 2) < 0.8


def test_tiles_of_one_picture_and_whole_ones() -> None:
    big = made_planes("nv12", (400, 300))
    tiles = [fit_input(BOX, (400, 300), region=(x, 60, 96, 64)) for x in (0, 101, 304)]
    small = made_planes("nv12", (96, 64), seed=2)
    pictures = [big, big, big, small]
    assert apart(BOX, pictures, [*tiles, fit_input(BOX, (96, 64))]) < 0.8
    assert apart(BOX, [big] * 3, tiles) < 0.8


def test_one_worker_for_picture_after_picture() -> None:
    """Staging memory and sampling places are kept; what was before does not show."""
    from player.analysis.device_prep import DevicePreprocessor

    worker = DevicePreprocessor(BOX, "cpu")
    for seed in range(4):
        for layout, size in (("yuv420p", (192, 108)), ("rgb24", (50, 40)), ("p010", (320, 200))):
            planes = made_planes(layout, size, seed=seed)
            at = fit_input(BOX, size)
            wanted = Preprocessor(BOX).prepare([planes], [at])
            assert np.abs(worker.prepare([planes], [at]).numpy() - wanted).max() < 0.8
    worker.release()
    assert np.abs(worker.prepare([planes], [at]).numpy() - wanted).max() < 0.8


def test_what_a_device_decoded_stays_there() -> None:
    """Tensors in a plane's place, as DLPack gives them; mixed with pictures in memory."""
    planes = [made_planes(layout, seed=seed) for seed, layout in enumerate(("nv12", "p010"))]
    there = [
        dataclasses.replace(
            each,
            planes=tuple(dataclasses.replace(plane, values=torch.from_numpy(plane.values)) for plane in each.planes),
        )
        for each in planes
    ]
    at = fit_input(BOX, (192, 108))
    from player.analysis.device_prep import DevicePreprocessor

    wanted = Preprocessor(BOX).prepare([*planes, planes[0]], [at] * 3)
    made = DevicePreprocessor(BOX, "cpu").prepare([*there, planes[0]], [at] * 3).numpy()
    assert np.abs(made - wanted).max() < 0.8
    assert np.array_equal(Preprocessor(BOX).prepare([*there, planes[0]], [at] * 3), wanted)


def test_a_decoders_frame_by_dlpack_is_the_frame_read_in_memory() -> None:
    av = pytest.importorskip("av")
    from player.analysis.picture_planes import device_arrays, direct_uses

    for name in ("nv12", "p010le"):
        frame = av.VideoFrame(64, 48, name)
        for plane in frame.planes:
            plane.update(np.random.default_rng(1).bytes(plane.buffer_size))
        uses = direct_uses(name)
        assert uses is not None
        arrays = device_arrays(frame, uses)
        kind = np.uint8 if name == "nv12" else np.uint16
        luma, chroma = (np.frombuffer(memoryview(plane), kind).reshape(plane.height, -1) for plane in frame.planes)
        assert np.array_equal(arrays[uses[0].array].numpy()[..., 0], luma[:, :64])
        assert np.array_equal(arrays[uses[1].array].numpy(), chroma[:, :64].reshape(24, 32, 2))
        assert uses[1].array == uses[2].array


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ("OutOfMemoryError", OutOfDeviceMemoryError, "ran out of memory on cpu"),
        ("RuntimeError", ModelError, "Preparing pictures failed on cpu: no kernel image"),
    ],
)
def test_a_device_that_fails_gives_one_sentence(
    error: str, kind: type[ModelError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from player.analysis import device_prep

    held = []

    def failing(given: Any, *_: object, **__: object) -> None:
        held.append(weakref.ref(given))
        raise {"RuntimeError": RuntimeError}.get(error, torch.OutOfMemoryError)("no kernel image\nfor this device")

    worker = device_prep.DevicePreprocessor(BOX, "cpu")
    planes, at = made_planes("nv12"), fit_input(BOX, (192, 108))
    worker.prepare([planes], [at])
    with monkeypatch.context() as patch:
        patch.setattr(device_prep, "grid_sample", failing)
        with pytest.raises(kind, match=words) as raised:
            worker.prepare([planes], [at])
    assert [each() for each in held] == [None]  # although the error is at hand, and its cause
    assert raised.value.__cause__ is not None
    assert worker.prepare([planes], [at]).shape == (1, 3, 64, 96)


def test_planes_that_do_not_fit_their_matrix_are_refused() -> None:
    with pytest.raises(ValueError, match="3 components"):
        Planes((Plane(np.zeros((2, 2, 3), np.uint8)),), ((0, 0), (0, 1), (0, 2)), np.zeros((3, 2), np.float32))
