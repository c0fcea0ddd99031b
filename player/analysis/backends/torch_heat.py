"""Where a network of torch sees a class: Grad-CAM.

After R. R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV
2017: each channel of the last convolutional stage weighs as much as the class would gain from more of it, which is its
gradient's mean over all places; what the channels so weighed add up to, where that is above zero, is the heat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from player.analysis.backends.engines import first_line
from player.errors import ModelError, OutOfDeviceMemoryError

if TYPE_CHECKING:
    import torch
    from torch import nn

    from player.analysis.nets.classifier import Classifier


class Explained(NamedTuple):
    outputs: dict[str, NDArray[np.float32]]
    """As the backend gives them."""
    heat: NDArray[np.float32]
    """(n, rows, columns): from 0 to 1."""
    reach: tuple[float, float]
    """From where to where of the network's input it goes, each way, in parts of it."""
    class_ids: list[int]
    """Whose heat each is."""


class GradCam:
    """For one thread."""

    def __init__(self, network: Classifier, name: str, device: str) -> None:
        """`network` lies on `device`. It is for no training from now on."""
        self._network: Classifier | None = network
        network.requires_grad_(False)
        self._name = name
        self._device = device

    def run(self, batch: Any, class_id: int | None) -> Explained:
        """`batch` as a backend takes it; None is the likeliest class of each. Raises ModelError."""
        import torch

        assert self._network is not None, "run after close"
        try:
            return self._run(torch.from_numpy(batch) if isinstance(batch, np.ndarray) else batch, class_id)
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemoryError(self._name, self._device) from error
        except RuntimeError as error:
            raise ModelError(f"{self._name} failed in torch: {first_line(error)}.") from error

    def _run(self, batch: torch.Tensor, class_id: int | None) -> Explained:
        import torch

        assert self._network is not None
        dtype = next(self._network.parameters()).dtype
        held: list[torch.Tensor] = []

        def hold(_stage: nn.Module, _given: object, made: torch.Tensor) -> torch.Tensor:
            held[:] = [made.detach().requires_grad_()]
            return held[0].clone()  # what comes next may overwrite it

        hook = self._network.get_submodule(self._network.last_map).register_forward_hook(hold)
        try:
            with torch.enable_grad():  # of what comes after the stage: nothing before it wants any
                found = self._network(batch.to(self._device, dtype))
        finally:
            hook.remove()
        logits = found.reshape(found.shape[:2])
        chosen = logits.argmax(1) if class_id is None else torch.full_like(logits[:, 0], class_id, dtype=torch.long)
        (gradient,) = torch.autograd.grad(logits.gather(1, chosen[:, None]).sum(), held[0])
        heat = heat_of(held[0].detach().float(), gradient.float())
        values = found.detach().to("cpu", torch.float32, copy=True).contiguous().numpy()
        return Explained({"logits": values}, heat.cpu().numpy(), self._network.map_reach, chosen.tolist())

    def close(self) -> None:
        self._network = None


def heat_of(stage: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """(n, rows, columns) of a stage's values and their gradient, both (n, channels, rows, columns)."""
    heat = (gradient.mean((2, 3), keepdim=True) * stage).sum(1).clamp(min=0).nan_to_num(0, 0, 0)
    peak = heat.amax((1, 2), keepdim=True)
    return heat / peak.where(peak > 0, 1)
