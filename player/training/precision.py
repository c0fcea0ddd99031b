"""Mixed precision: what numbers the network reckons in, and the scale that keeps small gradients from vanishing."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch

from player.errors import RecipeError
from player.training.recipe import Amp


class Precision:
    """Weights are always float32; `autocast` runs what bears it in the smaller numbers. Raises RecipeError."""

    def __init__(self, amp: Amp, device: torch.device) -> None:
        self._kind = device.type
        self._dtype = _dtype(amp, device)
        self.scaler = torch.amp.GradScaler(self._kind, enabled=self._dtype is torch.float16)
        """Does nothing but pass on where the numbers are not float16, which has little room below 1."""

    @property
    def name(self) -> str:
        return {None: "fp32", torch.float16: "fp16", torch.bfloat16: "bf16"}[self._dtype]

    def autocast(self) -> AbstractContextManager[object]:
        return torch.autocast(self._kind, dtype=self._dtype, enabled=self._dtype is not None)


def _dtype(amp: Amp, device: torch.device) -> torch.dtype | None:
    on_cuda = device.type == "cuda"
    if amp == "fp16" and not on_cuda:
        raise RecipeError(f"The recipe has task.amp fp16, which needs a CUDA device; this is {device}.")
    if amp == "auto":
        amp = ("bf16" if torch.cuda.is_bf16_supported() else "fp16") if on_cuda else "off"
    return {"off": None, "fp16": torch.float16, "bf16": torch.bfloat16}[amp]
