"""Networks that tests make up: what a backend does, in numpy, so that every box it gives is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player.analysis.backends.engines import RunsAtOnce
from player.analysis.card import InputSpec, ModelCard
from player.analysis.loading import LoadedModel
from player.analysis.model_file import ModelFile

Array = NDArray[np.float32]
BOXES_DECODER = "yolo-nms"
"""Rows of left, top, right, bottom, confidence, class: what a made-up network gives."""


class NumpyBackend(RunsAtOnce):
    """`see` gives the boxes, (n, 6), of one input, (3, height, width)."""

    engine = "numpy"
    device = "cpu"
    on_torch = False

    def __init__(self, see: Callable[[Array], Array], input_shape: tuple[int | None, ...]) -> None:
        super().__init__()
        batch, channels, height, width = input_shape
        self.input_shape = batch, channels, height, width
        self.output_shapes: dict[str, tuple[int | None, ...]] = {"boxes": (batch, None, 6)}
        self.batches: list[tuple[int, ...]] = []
        self.closed = 0
        self._see = see

    def run(self, batch: Array) -> dict[str, Array]:
        self.batches.append(batch.shape)
        found = [self._see(item) for item in batch]
        most = max(map(len, found))
        boxes = np.zeros((len(batch), most, 6), np.float32)
        for rows, each in zip(boxes, found, strict=True):
            rows[: len(each)] = each
        return {"boxes": boxes}

    def close(self) -> None:
        self.closed += 1


def made_model(backend: NumpyBackend, spec: InputSpec, labels: tuple[str, ...] = ("blob", "other")) -> LoadedModel:
    card = ModelCard("made up", "detect", spec, BOXES_DECODER, labels=labels)
    return LoadedModel(card, ModelFile(Path("made.onnx"), "onnx", "0123456789abcdef" * 4, 1), backend)


def blobs(item: Array) -> Array:
    """A box around every connected patch of pixels that are brighter than half; surer where it is larger."""
    left = item.max(axis=0) > 127
    found = []
    while left.any():
        patch = np.zeros_like(left)
        patch[np.unravel_index(int(left.argmax()), left.shape)] = True
        size = 0
        while size != (size := int(patch.sum())):
            patch[1:] |= patch[:-1]
            patch[:-1] |= patch[1:]
            patch[:, 1:] |= patch[:, :-1]
            patch[:, :-1] |= patch[:, 1:]
            patch &= left
        rows, columns = np.flatnonzero(patch.any(axis=1)), np.flatnonzero(patch.any(axis=0))
        box = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
        found.append([*box, 0.5 + 0.4 * size / left.size, 0])
        left &= ~patch
    return np.array(found, np.float32).reshape(-1, 6)


def weights_by_chance(folder: Path, classes: int = 80) -> Path:
    """The built-in torch network as safetensors with a card beside it. Needs torch."""
    import torch
    from safetensors.torch import save_file

    from player.analysis.nets.fastestdet import FastestDet

    torch.manual_seed(5)
    path = folder / "chance.safetensors"
    state = FastestDet(classes).state_dict()
    state |= {name: 2.2 * values for name, values in state.items() if values.ndim == 4}  # so that answers differ
    save_file(state, path)
    path.with_suffix(".toml").write_text(f"labels = {[f'thing {number}' for number in range(classes)]}\n", "utf-8")
    return path
