"""Devices: what is asked for is what is used, or there is a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from player.analysis.devices import list_devices, parse_device, resolve
from player.errors import ModelError
from tests.helpers.libraries import need_torch


def test_names() -> None:
    asked = ("auto", "cpu", "cuda", "cuda:1", "xpu", "mps")
    assert [parse_device(each) for each in asked] == ["auto", "cpu", "cuda:0", "cuda:1", "xpu:0", "mps"]


@pytest.mark.parametrize("wanted", ["gpu", "cuda:", "cuda:-1", "CPU", "", "cpu:0", "cuda:0 "])
def test_another_name_is_refused(wanted: str) -> None:
    with pytest.raises(ModelError, match=r"is no device; there are auto, cpu, cuda"):
        parse_device(wanted)


def test_the_cpu_is_always_there_and_comes_last() -> None:
    need_torch()
    found = list_devices()
    assert found[-1].name == "cpu"
    assert resolve("auto") == found[0].name
    assert resolve("cpu") == "cpu"


def test_a_device_that_is_not_there_is_refused_and_the_others_are_named() -> None:
    need_torch()
    with pytest.raises(ModelError, match=r"^There is no device cuda:99 here, as far as torch can tell; there is .*cpu"):
        resolve("cuda:99")


_LOADS = """
import sys
from player.analysis.backends.torch_library import load_torch
load_torch()
assert "torch" not in sys.modules
maps = open("/proc/self/maps").read()
assert "libtorch_cpu.so" in maps and "libtorch_python.so" not in maps, "the library is not there yet"
import torch
load_torch()
torch.set_num_threads(1)
assert torch.nn.functional.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 3, 3)).item() == 9
print("fine")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the library is loaded ahead on Linux alone")
def test_torchs_library_is_loaded_ahead_of_its_import_and_works() -> None:
    need_torch()
    done = subprocess.run([sys.executable, "-c", _LOADS], capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout == "fine\n", done.stderr
