"""What a window needs of a video view, and the choice between the two kinds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from player.errors import plain
from player.records import Picture

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from player.media.look import Look
    from ui.video.fallback_view import FallbackView
    from ui.video.geometry import Placement, Viewport
    from ui.video.raster_view import RasterView

Stage = Literal["convert", "upload", "paint"]
ViewKind = Literal["auto", "gpu", "raster"]

_SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "software", "swiftshader", "lavapipe", "basic render")
_PLATFORMS_WITHOUT_GL = ("offscreen", "minimal", "vnc", "linuxfb")
_GL_RENDERER = 0x1F01


class VideoView(Protocol):
    """A widget that shows one picture at a time. Implemented by RasterView and GpuView."""

    @property
    def on_timing(self) -> Callable[[Stage, float], None]:
        """Called with seconds, on any thread; the owner sets it before the first picture."""

    @on_timing.setter
    def on_timing(self, told: Callable[[Stage, float], None]) -> None: ...

    @property
    def placement(self) -> Placement | None:
        """Where the picture on screen lies, in the widget's device pixels; None without one."""

    @property
    def placement_changed(self) -> SignalInstance:
        """Emitted on the GUI thread when `placement` is another one."""

    @property
    def painted(self) -> SignalInstance:
        """Emitted on the GUI thread after a new picture is on screen."""

    @property
    def painting(self) -> Picture | None:
        """The picture whose pixels the next paint puts on screen: an older one than was shown while that is made."""

    def prepare(self, picture: Picture) -> object | None:
        """Decode thread: what the view wants made ahead; goes into `picture.prepared`."""

    def show_picture(self, picture: Picture | None) -> None:
        """GUI thread: show this from now on, with one paint; None clears to black."""

    def set_look(self, look: Look) -> None:
        """GUI thread: how pictures are looked at from now on, the one on screen first."""

    def set_reference(self, picture: Picture | None, of: Picture | None = None) -> None:
        """GUI thread: what `Look.against` holds pictures against, or only the picture `of`; others are then alone."""

    def set_viewport(self, viewport: Viewport) -> None:
        """GUI thread: look at this part of the pictures from now on."""

    def shutdown(self) -> None:
        """Ends the view's threads within 2 s."""


def make_view(kind: ViewKind, parent: QWidget | None = None) -> FallbackView | RasterView:
    """The view asked for; `auto` takes the graphics card where there is one. Needs a QApplication.

    A graphics card that fails gives way to the CPU.
    """
    if kind == "auto":
        kind = choose_kind(sys.platform, _qpa_name(), os.environ, _has_render_node(), _gl_renderer)
    if kind == "gpu":
        from ui.video.fallback_view import FallbackView
        from ui.video.gpu_view import GpuView

        return FallbackView(GpuView, parent)
    from ui.video.raster_view import RasterView

    return RasterView(parent)


def choose_kind(
    system: str,
    qpa: str,
    environment: Mapping[str, str],
    render_node: bool,
    renderer: Callable[[], str | None],
) -> Literal["gpu", "raster"]:
    """Raster where drawing would be done in software. Cheap signs first; `renderer` makes a GL context and asks it.

    `system` is sys.platform, `qpa` Qt's platform name, `render_node` whether the kernel offers a GPU to users.
    """
    if qpa in _PLATFORMS_WITHOUT_GL:
        return "raster"
    if system in ("win32", "darwin"):
        return "gpu"  # Direct3D and Metal are always there
    if not render_node or environment.get("LIBGL_ALWAYS_SOFTWARE", "0") not in ("", "0", "false"):
        return "raster"
    if environment.get("GALLIUM_DRIVER", "").startswith(("llvmpipe", "softpipe")):
        return "raster"
    name = renderer()
    if name is None or any(word in name.lower() for word in _SOFTWARE_RENDERERS):
        return "raster"
    return "gpu"


def gpu_words(system: str, renderer: Callable[[], str | None]) -> str:
    """What draws where the GPU is asked to, for people: a graphics card, or a program that stands in for one."""
    if system in ("win32", "darwin"):
        return "graphics card"
    name = plain(renderer() or "").replace("(R)", "").split(" (")[0].split("/")[0].strip()
    if any(word in name.lower() for word in _SOFTWARE_RENDERERS):
        return f"GL in software, {name}"
    return name or "GL"


def name_gpu() -> str:
    """The same of this machine. Makes a GL context: to be asked once, and not while starting up."""
    return gpu_words(sys.platform, _gl_renderer)


def _qpa_name() -> str:
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication.platformName()


def _has_render_node() -> bool:
    """A Linux GPU that programs may use. NVIDIA's own driver shows itself beside the DRI folder."""
    nodes = [*Path("/dev/dri").glob("renderD*"), *Path("/dev").glob("nvidia[0-9]*")]
    return any(os.access(node, os.R_OK | os.W_OK) for node in nodes)


def _gl_renderer() -> str | None:
    """GL_RENDERER of a throw-away context; None where none can be made."""
    from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

    surface, context = QOffscreenSurface(), QOpenGLContext()
    surface.create()
    if not surface.isValid() or not context.create() or not context.makeCurrent(surface):
        return None
    name = context.functions().glGetString(_GL_RENDERER)
    context.doneCurrent()
    return str(name) if name else None
