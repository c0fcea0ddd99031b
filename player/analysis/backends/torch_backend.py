"""Networks run by torch, on the CPU, CUDA, MPS or XPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from player.analysis.backends.engines import first_line, short_version
from player.analysis.backends.precision import in_precision, usual_precision
from player.errors import ModelError, OutOfDeviceMemoryError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    Shape = tuple[int | None, int | None, int | None, int | None]
    Outputs = dict[str, NDArray[np.float32]]


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
        precision: str = "auto",
        graphs: bool = False,
    ) -> None:
        """`size` is a width and a height that the network takes: it is run once, to learn its outputs' shapes.

        Where it cannot do without fp32 it runs in that, and `remark` says so. `graphs`: see CudaRun.
        """
        import torch

        torch.set_num_threads(threads)
        self.engine = f"torch {short_version(torch.__version__)}"
        self.device = device
        self.input_shape = input_shape
        self.on_torch = device != "cpu"
        self.overlaps = device.startswith("cuda")
        self.precision = usual_precision(device) if precision == "auto" else precision
        self.remark = ""
        self._torch = torch
        self._network: Callable[[torch.Tensor], Any] | None = network
        self._name = name
        self._names = tuple(names)
        self._on_card = None
        if self.overlaps:
            from player.analysis.backends.cuda_run import CudaRun

            self._on_card = CudaRun(device, graphs=graphs)
        first = self.run(np.zeros((input_shape[0] or 1, input_shape[1] or 3, size[1], size[0]), np.float32))
        self.output_shapes: dict[str, tuple[int | None, ...]] = {
            output: (input_shape[0], *value.shape[1:]) for output, value in first.items()
        }

    def run(self, batch: NDArray[np.float32] | torch.Tensor) -> Outputs:
        return self.start(batch)()

    def start(self, batch: NDArray[np.float32] | torch.Tensor) -> Callable[[], Outputs]:
        if self.precision == "fp32":
            return self._start(batch)
        try:
            finish = self._start(batch)
        except OutOfDeviceMemoryError:
            raise
        except ModelError:
            self._take_fp32("the network fails in it")
            return self._start(batch)
        if self.overlaps:
            return partial(self._checked, finish, batch)
        outputs = self._checked(finish, batch)
        return lambda: outputs

    def close(self) -> None:
        self._network = None
        if self._on_card is not None:
            self._on_card.forget()
            self._torch.cuda.empty_cache()

    def _checked(self, finish: Callable[[], Outputs], batch: NDArray[np.float32] | torch.Tensor) -> Outputs:
        """Of a run in half precision: the same in fp32 where that was too little."""
        outputs = finish()
        if all(np.isfinite(values.sum(dtype=np.float64)) for values in outputs.values()):
            return outputs
        self._take_fp32("its numbers are too large for it")
        return self._start(batch)()

    def _take_fp32(self, why: str) -> None:
        if self.precision != "fp32":
            self.remark = f"not in {self.precision}: {why}"
            self.precision = "fp32"
            if self._on_card is not None:
                self._on_card.forget()

    def _start(self, batch: NDArray[np.float32] | torch.Tensor) -> Callable[[], Outputs]:
        """In the present precision."""
        torch, network = self._torch, self._network
        assert network is not None, "run after close"
        with self._in_words(), torch.inference_mode():
            run = in_precision(network, self.device, self.precision)

            def compute(batch: Any) -> dict[str, Any]:
                return _named(run(batch), self._names)

            tensor = torch.from_numpy(batch) if isinstance(batch, np.ndarray) else batch
            given = tensor.to(self.device, torch.float32)
            if self._on_card is not None:
                return partial(self._finish, self._on_card.start(compute, given))
            found = compute(given)
            outputs = {
                name: value.to("cpu", torch.float32, copy=True).contiguous().numpy() for name, value in found.items()
            }
        return lambda: outputs

    def _finish(self, fetch: Callable[[], Outputs]) -> Outputs:
        with self._in_words():
            return fetch()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What torch raises, as ModelError and OutOfDeviceMemoryError."""
        try:
            yield
        except self._torch.OutOfMemoryError as error:
            raise OutOfDeviceMemoryError(self._name, self.device) from error
        except (RuntimeError, TypeError, ValueError, AssertionError) as error:
            raise ModelError(f"{self._name} failed in torch: {first_line(error)}.") from error


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
