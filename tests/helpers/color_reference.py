"""Colours by the standards' own formulas, in floats: what the product's pictures are measured with.

Written from BT.601-7, BT.709-6, BT.2020-2, BT.2100-2, BT.2390-11, BT.2408 and ST 2084 alone; nothing of the product is
imported, and nothing of it may import this.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Kr and Kb by AVCOL_SPC number: BT.709, BT.601 and BT.2020 (non-constant luminance).
LUMA = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 9: (0.2627, 0.0593)}


def rgb_of_codes(codes: tuple[int, int, int], colorspace: int, bits: int, *, full: bool) -> tuple[float, float, float]:
    """R'G'B' 0 to 1, clipped, of Y' Cb Cr codes: equations of BT.2020-2 table 4 with the quantization of table 5."""
    y, cb, cr = codes
    n = 2 ** (bits - 8)
    if full:
        top = 2**bits - 1
        luma, blue_part, red_part = y / top, (cb - 2 ** (bits - 1)) / top, (cr - 2 ** (bits - 1)) / top
    else:
        luma, blue_part, red_part = (y / n - 16) / 219, (cb / n - 128) / 224, (cr / n - 128) / 224
    kr, kb = LUMA[colorspace]
    red = luma + 2 * (1 - kr) * red_part
    blue = luma + 2 * (1 - kb) * blue_part
    green = (luma - kr * red - kb * blue) / (1 - kr - kb)
    return clipped(red), clipped(green), clipped(blue)


def clipped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def pq_eotf(signal: float) -> float:
    """cd/m2: ST 2084 equation 4.1 ... 4.5."""
    m1, m2 = 1305 / 8192, 2523 / 32
    c1, c2, c3 = 107 / 128, 2413 / 128, 2392 / 128
    power = signal ** (1 / m2)
    return float(10000 * (max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1))


def pq_inverse(light: float) -> float:
    m1, m2 = 1305 / 8192, 2523 / 32
    c1, c2, c3 = 107 / 128, 2413 / 128, 2392 / 128
    power = (light / 10000) ** m1
    return float(((c1 + c2 * power) / (1 + c3 * power)) ** m2)


def hlg_display_light(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """cd/m2 on a display of 1000 cd/m2 with gamma 1.2: BT.2100-2 table 5, OOTF of the inverse OETF."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    red, green, blue = (each**2 / 3 if each <= 0.5 else (math.exp((each - c) / a) + b) / 12 for each in rgb)
    gain = 1000 * (0.2627 * red + 0.6780 * green + 0.0593 * blue) ** 0.2
    return gain * red, gain * green, gain * blue


def eetf(light: float, peak: float = 1000.0, target: float = 203.0) -> float:
    """cd/m2 on the lesser display: BT.2390-11 5.4.1, black to black."""
    source = pq_inverse(peak)
    e1 = min(pq_inverse(light) / source, 1.0)
    max_lum = pq_inverse(target) / source
    knee_start = 1.5 * max_lum - 0.5
    if e1 >= knee_start:
        t = (e1 - knee_start) / (1 - knee_start)
        e1 = (
            (2 * t**3 - 3 * t**2 + 1) * knee_start
            + (t**3 - 2 * t**2 + t) * (1 - knee_start)
            + (-2 * t**3 + 3 * t**2) * max_lum
        )
    return pq_eotf(e1 * source)


# BT.2087-0 table 2: linear BT.2020 to linear BT.709.
TO_709 = ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187))


def hdr_on_screen(rgb: tuple[float, float, float], transfer: str) -> tuple[float, float, float]:
    """R'G'B' 0 to 1 for a BT.1886 screen with BT.709's primaries, of BT.2020 R'G'B' in `pq` or `hlg`."""
    light = hlg_display_light(rgb) if transfer == "hlg" else (pq_eotf(rgb[0]), pq_eotf(rgb[1]), pq_eotf(rgb[2]))
    largest = max(light)
    factor = eetf(largest) / largest / 203 if largest > 0 else 0.0
    on_screen = [sum(part * each * factor for part, each in zip(row, light, strict=True)) for row in TO_709]
    red, green, blue = (clipped(each) ** (1 / 2.4) for each in on_screen)
    return red, green, blue
