"""Masks of YOLO's kind: mixed, laid over their boxes, and where torch's own enlargement has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.decoders import make_decoder
from player.analysis.decoders.masks import SIDE, mix_masks
from player.errors import ModelError
from tests.helpers.libraries import need_torch

VALUES = 8
WIDTH, HEIGHT = 256, 192
Array = NDArray[np.float32]


def maps(seed: int) -> Array:
    """A quarter of the input's size, smooth as a network's."""
    random = np.random.default_rng(seed)
    coarse = random.normal(0, 1, (VALUES, HEIGHT // 16, WIDTH // 16))
    return np.kron(coarse, np.ones((1, 4, 4))).astype(np.float32)


def test_a_mask_is_the_mix_enlarged_to_the_input() -> None:
    """A box as large as its mask has one value a pixel: those that torch's bilinear enlargement has there."""
    torch: Any = need_torch()
    random = np.random.default_rng(1)
    mixed_of = maps(2)
    corners = np.array([[0, 0], [17, 33], [WIDTH - SIDE, HEIGHT - SIDE], [100, 3]], np.float32)
    boxes = np.concatenate((corners, corners + SIDE), axis=1)
    factors = random.normal(0, 1, (4, VALUES)).astype(np.float32)
    small = torch.einsum("nv,vhw->nhw", torch.from_numpy(factors), torch.from_numpy(mixed_of))
    large = torch.nn.functional.interpolate(small[:, None], (HEIGHT, WIDTH), mode="bilinear", align_corners=False)
    found = mix_masks(factors, mixed_of, boxes, (WIDTH, HEIGHT))
    for mask, (x, y), values in zip(found, corners.astype(int), large[:, 0].numpy(), strict=True):
        wanted = values[y : y + SIDE, x : x + SIDE]
        sure = abs(wanted) > 1e-4
        assert sure.mean() > 0.99
        assert (mask == (wanted > 0))[sure].all()
        assert 0.05 < mask.mean() < 0.95


def test_a_mask_fills_its_box_whatever_its_size() -> None:
    """Left of x = 128 the mix is above zero: of a box around that line, the left part."""
    half = np.ones((1, HEIGHT // 4, WIDTH // 4), np.float32)
    half[:, :, WIDTH // 8 :] = -1
    boxes = np.array([[8, 8, 248, 72], [104, 100, 136, 140], [-64, 0, 320, 192], [127, 3, 129, 4]], np.float32)
    for mask, share in zip(
        mix_masks(np.ones((4, 1), np.float32), half, boxes, (WIDTH, HEIGHT)), (0.5, 0.75, 0.5, 0.5), strict=True
    ):
        edge = round(share * SIDE)
        assert mask[:, :edge].all()
        assert not mask[:, edge:].any()


def test_no_boxes() -> None:
    assert mix_masks(np.zeros((0, VALUES), np.float32), maps(1), np.zeros((0, 4), np.float32), (8, 8)).shape == (
        0,
        SIDE,
        SIDE,
    )


def export(kind: str) -> dict[str, Array]:
    """Two pictures with three boxes each, two of them nearly the same; each box's mask is one of the maps."""
    rows = np.zeros((2, 3, 6 + VALUES), np.float32)
    rows[:, :, :4] = [[60, 60, 40, 40], [61, 60, 40, 40], [180, 100, 60, 80]]
    rows[:, :, 4] = [0.5, 0.9, 0.7]
    for item in range(2):
        rows[item, [0, 1, 2], [6, 7, 8 + item]] = 1
    maps_ = np.stack([maps(5), maps(6)])
    if kind == "yolo-nms":
        rows[:, :, :4] = np.concatenate(
            (rows[:, :, :2] - rows[:, :, 2:4] / 2, rows[:, :, :2] + rows[:, :, 2:4] / 2), axis=2
        )
        return {"output0": rows, "output1": maps_}
    if kind == "yolov5":
        rows[:, :, 5] = 1
        return {"output0": rows, "output1": maps_}
    return {"output0": np.delete(rows, 5, axis=2).transpose(0, 2, 1), "output1": maps_}


@pytest.mark.parametrize(
    ("kind", "kept"), [("yolov5", [0.9, 0.7]), ("yolov8", [0.9, 0.7]), ("yolo-nms", [0.9, 0.7, 0.5])]
)
def test_each_box_has_its_mask(kind: str, kept: list[float]) -> None:
    """Of doubles the surer one alone: masks are not mixed for hundreds of raw boxes."""
    outputs = export(kind)
    found = make_decoder(kind, {"mask_values": VALUES}, 1).decode(outputs, (WIDTH, HEIGHT))
    for item, each in enumerate(found):
        np.testing.assert_allclose(each.confidence, kept, atol=1e-6)
        assert each.masks is not None
        assert each.landmarks is None
        for box, mask, place in zip(each.xyxy, each.masks, [1, 2 + item, 0], strict=False):
            alone = np.eye(VALUES, dtype=np.float32)[[place]]
            assert (mask == mix_masks(alone, outputs["output1"][item], box[None], (WIDTH, HEIGHT))[0]).all()
    assert found[0].masks is not None
    assert found[1].masks is not None
    assert (found[0].masks[1] != found[1].masks[1]).any()


def test_what_masks_are_mixed_of_must_be_there() -> None:
    outputs = export("yolov8")
    del outputs["output1"]
    with pytest.raises(ModelError, match=r"needs an output \(2, 8, rows, columns\)"):
        make_decoder("yolov8", {"mask_values": VALUES}, 1).decode(outputs, (WIDTH, HEIGHT))
