"""The devices a network can run on here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    name: str
    """As `--device` takes it: "cpu", "cuda:0", "mps", "xpu:0"."""
    title: str
    """For people: "NVIDIA H200"."""


def list_devices() -> tuple[DeviceInfo, ...]:
    """What torch finds here, the best first, the CPU last. Imports torch: takes a second, not on the GUI thread."""
    raise NotImplementedError


def resolve(wanted: str) -> str:
    """The device meant by "auto", "cpu", "cuda[:N]", "mps" or "xpu[:N]". Raises ModelError where it is not there."""
    raise NotImplementedError
