"""`overplay doctor`: what this machine has and lacks for playing, and how to get it."""

from __future__ import annotations

import ctypes
import glob
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from player.cli.options import Parser
from player.errors import plain

PACKAGES = ("av", "numpy", "PySide6-Essentials", "pysdl2", "pysdl2-dll", "torch", "opencv-python",
            "safetensors", "onnxruntime", "matplotlib", "tensorboardX")  # fmt: skip
CODECS = ("h264", "hevc", "av1", "vp8", "vp9", "vvc", "mpeg2video", "mpeg4", "prores", "mjpeg", "ffv1",
          "aac", "mp3", "opus", "vorbis", "flac", "ac3", "eac3", "dts", "truehd", "alac", "subrip", "ass",
          "hdmv_pgs_subtitle", "dvd_subtitle")  # fmt: skip
CHILD_DEADLINE_S = 10.0
"""A sound server or driver that hangs must not hang the doctor."""

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libpulse.so.0": "libpulse0",
    "libasound.so.2": "libasound2",
}
"""What Qt's plugins and SDL load from the system, and the Debian package of each; `./run` installs the same."""

_TORCH = """
import torch
print("torch", torch.__version__, "built for", torch.version.cuda or "the CPU")
if torch.cuda.is_available():
    for index in range(torch.cuda.device_count()):
        print(f"cuda:{index}", torch.cuda.get_device_name(index))
else:
    print("no CUDA device")
"""
_SOUND = """
import warnings
warnings.simplefilter("ignore")
import sdl2
if sdl2.SDL_InitSubSystem(sdl2.SDL_INIT_AUDIO) != 0:
    print("none:", sdl2.SDL_GetError().decode("utf-8", "replace"))
else:
    print("driver", sdl2.SDL_GetCurrentAudioDriver().decode())
    count = max(0, sdl2.SDL_GetNumAudioDevices(0))
    if count == 0:
        print("no device to play on")
    for index in range(count):
        print((sdl2.SDL_GetAudioDeviceName(index, 0) or b"?").decode("utf-8", "replace"))
"""


def run(arguments: Sequence[str]) -> int:
    """Prints the report; always 0: what is missing is the answer, not a failure."""
    parser = Parser("overplay doctor", usage="overplay doctor", description="What this machine has and lacks.")
    parser.parse_args(arguments)
    for title, lines in (
        ("Python", _python()),
        ("Packages", _packages()),
        ("FFmpeg", _ffmpeg()),
        ("Window", _window()),
        ("Sound", _sound()),
        ("Computing", _computing()),
    ):
        print(title)
        for line in lines:
            print(f"  {plain(line)}", flush=True)
    return 0


def _python() -> Iterator[str]:
    yield f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}"
    yield f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} processors"


def _packages() -> Iterator[str]:
    for name in ("overplay", *PACKAGES):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name}: not installed" + ("" if name == "overplay" else f" (pip install {name})")


def _ffmpeg() -> Iterator[str]:
    try:
        import av
        from av.codec.hwaccel import hwdevices_available
    except ImportError as error:
        yield f"cannot be loaded: {error}"
        return
    yield f"FFmpeg {av.ffmpeg_version_info} inside PyAV {av.__version__}"
    have = [name for name in CODECS if _has_decoder(name)]
    yield f"decoders: {' '.join(have)}"
    if missing := [name for name in CODECS if name not in have]:
        yield f"no decoder: {' '.join(missing)}"
    yield f"hardware decoding built in: {' '.join(hwdevices_available()) or 'none'}"
    styled = "ass" in av.filter.filters_available
    yield f"libass: {'yes' if styled else 'not in this FFmpeg; subtitles are drawn as plain text'}"


def _has_decoder(name: str) -> bool:
    import av

    try:
        av.Codec(name, "r")
    except ValueError:
        return False
    return True


def _window() -> Iterator[str]:
    if not _is_installed("PySide6"):
        yield "PySide6 is not installed: no window (pip install PySide6-Essentials); --vo null works"
        return
    if sys.platform != "linux":
        yield "PySide6 is installed"
        return
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    yield f"display: {display}" if display else "no display (DISPLAY and WAYLAND_DISPLAY are not set)"
    plugins = sorted(os.path.basename(path)[4:-3] for path in glob.glob(os.path.join(_plugin_folder(), "libq*.so")))
    yield f"Qt platform plugins: {' '.join(plugins) or 'none'}"
    missing = sorted(library for library in LIBRARIES if not _loads(library))
    if missing:
        yield f"missing for the window and the sound: {' '.join(missing)}"
        yield f"get them with: sudo apt-get install -y {' '.join(LIBRARIES[library] for library in missing)}"
    else:
        yield "system libraries for the window and the sound: all there"
    nodes = sorted(glob.glob("/dev/dri/renderD*"))
    yield (
        f"GPU for drawing: {' '.join(nodes)}" if nodes else "no GPU for drawing (/dev/dri): --vo auto draws on the CPU"
    )


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # an import hook that hides it
        return False


def _plugin_folder() -> str:
    spec = importlib.util.find_spec("PySide6")
    places = spec.submodule_search_locations if spec is not None else None
    return os.path.join(places[0], "Qt", "plugins", "platforms") if places else ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _sound() -> Iterator[str]:
    if not _is_installed("sdl2"):
        return iter(["PySDL2 is not installed: no sound (pip install pysdl2 pysdl2-dll)"])
    return _from_child(_SOUND)


def _computing() -> Iterator[str]:
    if not _is_installed("torch"):
        yield "torch is not installed: no detection (pip install torch)"
    else:
        yield from _from_child(_TORCH)


def _from_child(program: str) -> Iterator[str]:
    """The lines that `program` prints, run apart so that a crash or a hang in a driver stays there."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CHILD_DEADLINE_S,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        yield f"no answer within {CHILD_DEADLINE_S:.0f} s"
        return
    yield from done.stdout.splitlines()
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        yield f"cannot be asked: {reason}"
