"""Which kind of view is made, and what making it costs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from shiboken6 import delete

from ui.video.raster_view import RasterView
from ui.video.view import choose_kind, gpu_words, make_view

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

INTEL = "Mesa Intel(R) UHD Graphics 620 (KBL GT2)"


def never() -> str | None:
    raise AssertionError("no GL context may be made here")


@pytest.mark.parametrize("qpa", ["offscreen", "minimal", "vnc"])
def test_platforms_without_gl_are_not_asked(qpa: str) -> None:
    assert choose_kind("linux", qpa, {}, True, never) == "raster"


def test_a_machine_without_a_gpu_is_not_asked() -> None:
    assert choose_kind("linux", "xcb", {}, False, never) == "raster"


@pytest.mark.parametrize("variable", [{"LIBGL_ALWAYS_SOFTWARE": "1"}, {"GALLIUM_DRIVER": "llvmpipe"}])
def test_software_that_was_asked_for_is_believed(variable: dict[str, str]) -> None:
    assert choose_kind("linux", "xcb", variable, True, never) == "raster"


@pytest.mark.parametrize(
    ("renderer", "kind"),
    [
        (INTEL, "gpu"),
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2", "gpu"),
        ("llvmpipe (LLVM 15.0.6, 256 bits)", "raster"),
        ("softpipe", "raster"),
        ("Software Rasterizer", "raster"),
        (None, "raster"),
    ],
)
def test_the_renderer_decides_where_there_is_a_gpu(renderer: str | None, kind: str) -> None:
    assert choose_kind("linux", "xcb", {"LIBGL_ALWAYS_SOFTWARE": "0"}, True, lambda: renderer) == kind


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_draw_with_the_gpu(system: str) -> None:
    assert choose_kind(system, "windows", {}, False, never) == "gpu"


def test_auto_off_screen_is_raster(qapp: QApplication) -> None:
    view = make_view("auto")
    assert isinstance(view, RasterView)
    view.shutdown()
    delete(view)


def test_the_raster_view_does_not_load_the_other() -> None:
    program = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from ui.video.view import make_view; make_view('raster').shutdown();"
        "print([name for name in sys.modules if 'gpu' in name or name == 'torch'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("system", "renderer", "words"),
    [
        ("linux", INTEL, "Mesa Intel UHD Graphics 620"),
        ("linux", "NVIDIA GeForce RTX 3060/PCIe/SSE2", "NVIDIA GeForce RTX 3060"),
        ("linux", "llvmpipe (LLVM 15.0.6, 256 bits)", "GL in software, llvmpipe"),
        ("linux", None, "GL"),
    ],
)
def test_what_draws_is_told_by_its_name(system: str, renderer: str | None, words: str) -> None:
    assert gpu_words(system, lambda: renderer) == words
    assert gpu_words("darwin", never) == "graphics card"
