"""The pictures on which both views must agree."""

from __future__ import annotations

from fractions import Fraction

from player.records import Orientation
from tests.ui.video_frames import Case

_PLANAR = [
    *("yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv411p", "yuv410p", "yuvj420p", "yuvj422p"),
    *("yuv420p10le", "yuv420p12le", "yuv420p16le", "yuv422p10le", "yuv444p10le", "yuv444p12le", "yuv444p16le"),
    *("yuva420p", "yuva444p", "yuva444p10le", "yuva422p16le"),
]
_INTERLEAVED = ["nv12", "nv21", "nv16", "nv24", "p010le", "p012le", "p016le", "p210le", "p416le"]
_PACKED_422 = ["yuyv422", "uyvy422", "yvyu422"]
_RGB = [
    *("gbrp", "gbrp10le", "gbrp12le", "gbrp16le", "gbrap", "gbrap12le", "rgb24", "bgr24"),
    *("rgba", "bgra", "argb", "abgr", "rgb0", "bgr0", "0rgb", "0bgr", "rgb48le", "rgba64le", "bgra64le"),
]
_GRAY = ["gray", "gray10le", "gray12le", "gray16le", "ya8", "ya16le"]
_CONVERTED = ["y210le", "xv30le", "vuya", "x2rgb10le", "gbrpf32le", "grayf32le", "rgb48be", "yuv444p16be", "rgb565le"]

FORMATS = [*_PLANAR, *_INTERLEAVED, *_PACKED_422, *_RGB, *_GRAY, *_CONVERTED]


def _is_full(name: str) -> bool:
    return name.startswith(("yuvj", "gray", "ya"))


def cases() -> list[Case]:
    """Every format; every matrix and range; every orientation; shapes, sizes and aspects."""
    found = [Case(name, name, full=_is_full(name)) for name in FORMATS]
    for colorspace in (1, 4, 5, 6, 7, 8, 9):
        for full in (False, True):
            wide = Case(f"matrix-{colorspace}-{full}", "yuv444p", colorspace=colorspace, full=full)
            found += [wide, Case(f"matrix10-{colorspace}-{full}", "yuv420p10le", colorspace=colorspace, full=full)]
    for mirrored in (False, True):
        for turns in range(4):
            turned = Orientation(mirrored, turns)
            found.append(Case(f"turn-{mirrored}-{turns}", "yuv420p", orientation=turned, view=(150, 170)))
    found += [
        Case("smaller", "yuv420p", size=(400, 300), view=(150, 100)),
        Case("much-smaller", "yuv420p10le", size=(901, 601), view=(120, 90)),
        Case("a-little-smaller", "yuv444p", size=(201, 151), view=(180, 140)),
        Case("larger", "yuv420p", size=(64, 48), view=(320, 240)),
        Case("one-axis", "yuv420p", size=(160, 120), view=(160, 120), aspect=Fraction(1, 3)),
        # libswscale stretches the chroma of odd sizes by half a sample over the whole width: small pictures show that
        Case("odd", "yuv420p", size=(321, 241), view=(321, 241)),
        Case("odd-p010", "p010le", size=(321, 241), view=(140, 100)),
        Case("odd-nv12", "nv12", size=(641, 481), view=(200, 150)),
        Case("odd-yuyv", "yuyv422", size=(321, 241), view=(140, 100)),
        Case("wide-pixels", "yuv422p", aspect=Fraction(16, 11), view=(300, 200)),
        Case("tall-pixels-turned", "yuv420p", aspect=Fraction(3, 4), orientation=Orientation(True, 1), view=(200, 200)),
        Case("alpha-smaller", "yuva420p", size=(300, 200), view=(120, 90)),
        Case("bottom-up", "bgra", bottom_up=True),
        Case("bottom-up-yuv", "yuv420p", size=(321, 241), view=(321, 241), bottom_up=True),
        Case("jpeg", "yuvj420p", colorspace=5, full=True, old_codec=True),
        Case("mpeg1", "yuv420p", colorspace=5, old_codec=True, size=(320, 240), view=(200, 150)),
        Case("gray-limited", "gray"),
        Case("gray10-limited", "gray10le"),
        Case("stripes", "gray", size=(512, 384), view=(128, 96), full=True, stripes=True),
    ]
    return found
