"""What the engines share: putting their own words into a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class RunsAtOnce:
    """A backend whose `run` holds its thread until the outputs are there, in the precision of the model's file."""

    precision = ""
    overlaps = False

    def __init__(self, wanted: str = "auto") -> None:
        """`wanted` is the precision that was asked for."""
        self.remark = "" if wanted in ("auto", "fp32") else f"as it was exported: {wanted} is for torch's files"

    def run(self, batch: Any) -> dict[str, NDArray[np.float32]]:
        raise NotImplementedError

    def start(self, batch: Any) -> Callable[[], dict[str, NDArray[np.float32]]]:
        outputs = self.run(batch)
        return lambda: outputs


def first_line(error: Exception) -> str:
    """What an engine says went wrong, short enough for a sentence."""
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(". ") if lines else type(error).__name__


def short_version(version: str) -> str:
    """ "1.31" of "1.31.1+cpu"."""
    return ".".join(version.split(".")[:2])
