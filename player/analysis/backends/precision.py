"""How exactly torch computes: in floats of 32 bits, or of 16 where the device has units for these."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

TENSOR_CORES = (7, 0)
"""The first of NVIDIA's compute capabilities with units for fp16; older cards are slower with it, not quicker."""


def usual_precision(device: str) -> str:
    """What "auto" means on this device."""
    import torch

    pays = device.startswith("cuda") and torch.cuda.get_device_capability(device) >= TENSOR_CORES
    return "fp16" if pays else "fp32"


def in_precision(network: Callable[[torch.Tensor], Any], device: str, precision: str) -> Callable[[torch.Tensor], Any]:
    """`network` computing so: what stands to lose by few digits, torch keeps in fp32 by itself.

    Raises RuntimeError where torch cannot do it on that device.
    """
    import torch

    if precision == "fp32":
        if device.startswith("cuda"):
            torch.backends.cudnn.allow_tf32 = False  # else convolutions drop 13 of their 23 bits
        return network
    kind, dtype = torch.device(device).type, {"fp16": torch.float16, "bf16": torch.bfloat16}[precision]
    if not torch.amp.is_autocast_available(kind):
        raise RuntimeError(f"torch computes in fp32 alone on {kind}")

    def run(batch: torch.Tensor) -> Any:
        with torch.autocast(kind, dtype, cache_enabled=False):  # what is kept from a run has no place in a CUDA graph
            return network(batch)

    return run
