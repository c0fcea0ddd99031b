"""The inputs of an ONNX file: the batch of pictures, and what DETR's exports want to know beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from player.analysis.onnx_file import FLOAT, FLOAT16, OnnxFile, TensorInfo
from player.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shape = tuple[int | None, int | None, int | None, int | None]

_TYPES: dict[int, Any] = {FLOAT: np.float32, FLOAT16: np.float16, 6: np.int32, 7: np.int64, 9: np.bool_}


class OnnxInputs:
    def __init__(self, file: OnnxFile, name: str, pictures: str | None = None) -> None:
        """`pictures` is the name of the input for them, where it is not the only one of their kind.

        Raises ModelError for a file that wants what nobody here can give.
        """
        usable = [each for each in file.inputs if pictures in (None, each.name) and _takes_pictures(each)]
        if len(usable) != 1:
            listed = ", ".join(map(_said, file.inputs)) or "none"
            raise ModelError(
                f"Cannot open {name}: none of its inputs ({listed}) is for pictures."
                if not usable
                else f"Cannot open {name}: the card has to say input.name, one of {listed}."
            )
        self.pictures = usable[0].name
        self._type = _TYPES[usable[0].element]
        count, channels, height, width = usable[0].shape
        self.shape: Shape = count, channels, height, width
        self._others = [each for each in file.inputs if each.name != self.pictures]
        for other in self._others:
            if other.name not in _KNOWN or other.element not in _TYPES:
                raise ModelError(f"Cannot open {name}: besides pictures it wants {_said(other)}.")

    def feed(self, batch: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """All inputs for this batch, by name."""
        others = {each.name: _KNOWN[each.name](each, batch.shape).astype(_TYPES[each.element]) for each in self._others}
        return {self.pictures: batch.astype(self._type, copy=False), **others}


def _pixel_mask(tensor: TensorInfo, shape: tuple[int, ...]) -> NDArray[Any]:
    """Hugging Face's DETR: which pixels are picture. All are: what a letterbox fills, the network has learnt to see."""
    batch = (shape[0], shape[2], shape[3])
    return np.ones([own or given for own, given in zip(tensor.shape, batch, strict=True)])


def _target_sizes(_tensor: TensorInfo, shape: tuple[int, ...]) -> NDArray[Any]:
    """RT-DETR's own export: the width and height that boxes are to be given in. The input's: so they are everywhere."""
    return np.full((shape[0], 2), (shape[3], shape[2]))


_KNOWN: dict[str, Callable[[TensorInfo, tuple[int, ...]], NDArray[Any]]] = {
    "pixel_mask": _pixel_mask,
    "orig_target_sizes": _target_sizes,
}


def _takes_pictures(tensor: TensorInfo) -> bool:
    return len(tensor.shape) == 4 and tensor.element in (FLOAT, FLOAT16)


def _said(tensor: TensorInfo) -> str:
    return f"{tensor.name} [{', '.join('any' if each is None else str(each) for each in tensor.shape)}]"
