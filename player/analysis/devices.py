"""The devices a network can run on here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from player.analysis.backends.torch_library import load_torch
from player.errors import ModelError

_WANTED = re.compile(r"(auto|cpu|mps|(?:cuda|xpu)(?::\d+)?)")


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    name: str
    """As `--device` takes it: "cpu", "cuda:0", "mps", "xpu:0"."""
    title: str
    """For people: "NVIDIA H200"."""


def list_devices() -> tuple[DeviceInfo, ...]:
    """What torch finds here, the best first, the CPU last. Imports torch: takes a second, not on the GUI thread."""
    load_torch()
    import torch

    found = [
        DeviceInfo(f"{kind}:{number}", str(module.get_device_name(number)))
        for kind, module in (("cuda", torch.cuda), ("xpu", torch.xpu))
        if module.is_available()
        for number in range(module.device_count())
    ]
    if torch.backends.mps.is_available():
        found.append(DeviceInfo("mps", "Apple GPU (Metal)"))
    return (*found, DeviceInfo("cpu", "CPU"))


def parse_device(wanted: str) -> str:
    """ "auto", or a device's full name: "cuda" is "cuda:0". Looks at no hardware. Raises ModelError."""
    if not _WANTED.fullmatch(wanted):
        raise ModelError(f"{wanted!r} is no device; there are auto, cpu, cuda[:N], mps and xpu[:N].")
    return f"{wanted}:0" if wanted in ("cuda", "xpu") else wanted


def resolve(wanted: str) -> str:
    """The device meant by "auto", "cpu", "cuda[:N]", "mps" or "xpu[:N]". Raises ModelError where it is not there.

    Asks torch for anything but the CPU, so that takes a second the first time.
    """
    name = parse_device(wanted)
    if name == "cpu":
        return name
    there = list_devices()
    if name == "auto":
        return there[0].name
    if not any(device.name == name for device in there):
        others = ", ".join(device.name for device in there)
        raise ModelError(f"There is no device {name} here, as far as torch can tell; there is {others}.")
    return name
