"""A network's runs on a CUDA card: on a stream of their own, replayed as a graph, fetched while others work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from player.analysis.backends.replays import Replays

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from player.analysis.backends.replays import Compute, Found

_cuda: Any = torch.cuda  # its classes have no types


class CudaRun:
    """One network's. For one thread."""

    def __init__(self, device: str, *, graphs: bool) -> None:
        """`graphs` is for networks known never to wait for the card within a run: a capture that fails over that leaves
        torch's allocator holding memory back until the program ends.
        """
        self._device = torch.device(device)
        self._stream = _cuda.Stream(self._device)
        self._replays = Replays(self._captured) if graphs else None

    def start(self, compute: Compute, batch: torch.Tensor) -> Callable[[], dict[str, NDArray[np.float32]]]:
        """What is returned waits for the card. `batch` is ready on the stream that is current now."""
        self._stream.wait_stream(_cuda.current_stream(self._device))
        with _cuda.stream(self._stream):
            batch.record_stream(self._stream)  # its memory is not given to others before it was read
            found = compute(batch) if self._replays is None else self._replays.run(compute, batch)
            here = {name: _fetched(value) for name, value in found.items()}
            done = _cuda.Event(blocking=True)  # waiting for it leaves the core to playback
            done.record(self._stream)

        def finish() -> dict[str, NDArray[np.float32]]:
            done.synchronize()
            return {name: value.numpy() for name, value in here.items()}

        return finish

    def forget(self) -> None:
        """It is computed otherwise from now on, or not at all."""
        if self._replays is not None:
            self._stream.synchronize()
            self._replays.clear()

    def _captured(self, compute: Compute, batch: torch.Tensor) -> Compute:
        """Its input and its outputs lie where they lay when it was captured: the outputs until the next replay."""
        own = batch.clone()
        graph = _cuda.CUDAGraph()
        # Other models go on meanwhile, on threads of theirs: what they ask of the card is no fault of this one.
        with _cuda.graph(graph, stream=self._stream, capture_error_mode="thread_local"):
            found = compute(own)

        def replay(given: torch.Tensor) -> Found:
            own.copy_(given)
            graph.replay()
            return found

        return replay


def _fetched(value: torch.Tensor) -> torch.Tensor:
    """On its way to memory of its own here."""
    there = value.to(torch.float32).contiguous()
    here = torch.empty(there.shape, dtype=torch.float32, pin_memory=True)
    return here.copy_(there, non_blocking=True)
