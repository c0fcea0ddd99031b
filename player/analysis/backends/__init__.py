"""The engines that run a network. Each module loads its library on first use, on the thread that loads the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Backend(Protocol):
    """A network ready to run. One thread uses it, the one that made it."""

    @property
    def engine(self) -> str:
        """The library that runs it, with its version: "onnxruntime 1.31", "torch 2.13", "OpenCV 5.0"."""

    @property
    def device(self) -> str:
        """Where it really runs: "cpu", "cuda:0", "mps", "xpu:0"."""

    @property
    def on_torch(self) -> bool:
        """`run` takes a torch tensor on `device`, so that pictures prepared there stay there."""

    @property
    def precision(self) -> str:
        """What it really computes in: "fp32", "fp16", "bf16"; "" where the model's file alone decides."""

    @property
    def remark(self) -> str:
        """Why that is not what was asked for; '' where there is nothing to say. Both may change with a run."""

    @property
    def overlaps(self) -> bool:
        """The device works by itself: others can prepare the next batch while it runs this one."""

    @property
    def input_shape(self) -> tuple[int | None, int | None, int | None, int | None]:
        """Batch, channels, height, width; None where any number will do. A fixed batch is the only one taken."""

    @property
    def output_shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Every output by name, in the file's order; None where it depends on the input."""

    def run(self, batch: Any) -> dict[str, NDArray[np.float32]]:
        """The outputs for `batch` (float32, NCHW: a numpy array, or a torch tensor where `on_torch`), in memory of
        the CPU that nobody else writes to. Raises ModelError, OutOfDeviceMemoryError."""

    def start(self, batch: Any) -> Callable[[], dict[str, NDArray[np.float32]]]:
        """As `run`, but where it overlaps the network has only begun: what is returned waits for it, and raises so.

        Then `batch` is to stay as it is until that has come.
        """

    def close(self) -> None:
        """Lets go of the network and its memory on the device."""
