"""Which of a network's runs are replayed and which are computed: those of a shape that has come often enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    Found = dict[str, torch.Tensor]
    Compute = Callable[[torch.Tensor], Found]

COMPUTED_FIRST = 3
"""Runs of a shape; by then every library has chosen its kernels and has its memory."""
MOST_SHAPES = 4
"""Each keeps the memory of a whole run."""


class Replays:
    """`capture` makes of a computation and a batch what replays it for others of that shape; it may fail."""

    def __init__(self, capture: Callable[[Compute, torch.Tensor], Compute]) -> None:
        self._capture: Callable[[Compute, torch.Tensor], Compute] | None = capture
        self._made: dict[tuple[int, ...], Compute] = {}
        self._computed: dict[tuple[int, ...], int] = {}  # how often, by shape

    def run(self, compute: Compute, batch: torch.Tensor) -> Found:
        shape = tuple(batch.shape)
        if shape not in self._made and self._is_worth_it(shape):
            self._make(shape, compute, batch)
        return self._made.get(shape, compute)(batch)

    def clear(self) -> None:
        """Others are to be made: it is computed otherwise from now on."""
        self._made.clear()
        self._computed.clear()

    def _is_worth_it(self, shape: tuple[int, ...]) -> bool:
        if self._capture is None or len(self._made) == MOST_SHAPES:
            return False
        times = self._computed[shape] = self._computed.get(shape, 0) + 1
        return times > COMPUTED_FIRST

    def _make(self, shape: tuple[int, ...], compute: Compute, batch: torch.Tensor) -> None:
        assert self._capture is not None
        try:
            self._made[shape] = self._capture(compute, batch)
        except RuntimeError:  # too little memory is one, too
            self._capture = None  # it would fail again
