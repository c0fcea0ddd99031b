"""What the engines share: looking at a file's input, and putting their own words into a sentence."""

from __future__ import annotations

from player.analysis.onnx_file import FLOAT, FLOAT16, OnnxFile, TensorInfo
from player.errors import ModelError


def picture_input(file: OnnxFile, name: str) -> TensorInfo:
    """The one input that is not a weight. Raises ModelError where there are others too."""
    if len(file.inputs) != 1:
        names = ", ".join(each.name for each in file.inputs) or "none"
        raise ModelError(f"Cannot open {name}: it has to have one input, for the picture; it has {names}.")
    return file.inputs[0]


def batch_shape(tensor: TensorInfo, name: str) -> tuple[int | None, int | None, int | None, int | None]:
    """The shape of an input for pictures. Raises ModelError for any other."""
    if len(tensor.shape) != 4 or tensor.element not in (FLOAT, FLOAT16):
        shape = ", ".join("any" if each is None else str(each) for each in tensor.shape)
        raise ModelError(
            f"Cannot open {name}: its input {tensor.name} [{shape}] is not a batch of pictures in floating point."
        )
    count, channels, height, width = tensor.shape
    return count, channels, height, width


def first_line(error: Exception) -> str:
    """What an engine says went wrong, short enough for a sentence."""
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(". ") if lines else type(error).__name__


def short_version(version: str) -> str:
    """ "1.31" of "1.31.1+cpu"."""
    return ".".join(version.split(".")[:2])
