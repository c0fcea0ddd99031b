"""Networks run by torch, on the CPU, CUDA, MPS or XPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from player.analysis.backends.engines import first_line, short_version
from player.errors import ModelError, OutOfDeviceMemoryError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    Shape = tuple[int | None, int | None, int | None, int | None]


class TorchBackend:
    """`network` lies on `device` and takes a batch of pictures; what it gives is called `names`, or by its own keys.

    `threads` holds for all that this process does with torch on the CPU.
    """

    def __init__(
        self,
        network: Callable[[torch.Tensor], Any],
        name: str,
        *,
        device: str,
        input_shape: Shape,
        size: tuple[int, int],
        threads: int,
        names: Sequence[str] = (),
    ) -> None:
        """`size` is a width and a height that the network takes: it is run once, to learn its outputs' shapes."""
        import torch

        torch.set_num_threads(threads)
        self.engine = f"torch {short_version(torch.__version__)}"
        self.device = device
        self.input_shape = input_shape
        self.on_torch = device != "cpu"
        self._torch = torch
        self._network: Callable[[torch.Tensor], Any] | None = network
        self._name = name
        self._names = tuple(names)
        first = self.run(np.zeros((input_shape[0] or 1, input_shape[1] or 3, size[1], size[0]), np.float32))
        self.output_shapes: dict[str, tuple[int | None, ...]] = {
            output: (input_shape[0], *value.shape[1:]) for output, value in first.items()
        }

    def run(self, batch: NDArray[np.float32] | torch.Tensor) -> dict[str, NDArray[np.float32]]:
        torch = self._torch
        assert self._network is not None, "run after close"
        try:
            with torch.inference_mode():
                tensor = torch.from_numpy(batch) if isinstance(batch, np.ndarray) else batch
                given = tensor.to(self.device, torch.float32)
                found = _named(self._network(given), self._names)
                return {
                    name: value.to("cpu", torch.float32, copy=True).contiguous().numpy()
                    for name, value in found.items()
                }
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemoryError(self._name, self.device) from error
        except (RuntimeError, TypeError, ValueError, AssertionError) as error:
            raise ModelError(f"{self._name} failed in torch: {first_line(error)}.") from error

    def close(self) -> None:
        self._network = None
        if self.device.startswith("cuda"):
            self._torch.cuda.empty_cache()


def _named(found: Any, names: Sequence[str]) -> dict[str, torch.Tensor]:
    """Every tensor in what a network gave, by the keys of its dictionaries, else by `names`, else by number."""
    import torch

    named: dict[str, torch.Tensor] = {}

    def collect(part: Any, name: str | None) -> None:
        if isinstance(part, torch.Tensor):
            number = len(named)
            called = name or (names[number] if number < len(names) else f"output{number}")
            if called in named:
                raise TypeError(f"it gives more than one {called}")
            named[called] = part
        elif isinstance(part, Mapping):
            for key, value in part.items():
                collect(value, str(key))
        elif isinstance(part, (list, tuple)):
            for value in part:
                collect(value, None)

    collect(found, None)
    if not named:
        raise TypeError("it gives no tensors")
    return named
