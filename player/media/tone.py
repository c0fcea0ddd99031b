"""R'G'B' whose light or colours are not the screen's, made into BT.709 of the standard range: exact, in floats.

HDR (PQ, HLG) becomes light in cd/m2 on a display of 1000 cd/m2, is compressed to the 203 cd/m2 of standard white, and
converted to BT.709's primaries. Pictures of the standard range are shown as they came, wide gamut too, as in every
player without colour management; only a person who says which primaries they have gets them converted.

Sources: SMPTE ST 2084 (PQ's EOTF), BT.2100-2 table 5 (HLG's inverse OETF and OOTF), BT.2390-11 5.4.1 (the EETF that
compresses, here of the largest of R, G and B, so that hues stay), BT.2408-7 (203 cd/m2), BT.1886 (the screen's 2.4).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from player.media.color import Primaries, Transfer
from player.media.look import Mapping

Floats = NDArray[np.float64]

HDR_PEAK = 1000.0
"""cd/m2 of the display that HDR is taken to be made for."""
SDR_WHITE = 203.0
GAMMA = 2.4
PQ_PEAK = 10000.0
PQ_M1, PQ_M2 = 2610 / 16384, 2523 / 4096 * 128
PQ_C1, PQ_C2, PQ_C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
HLG_A = 0.17883277
HLG_B = 1 - 4 * HLG_A
HLG_C = 0.5 - HLG_A * float(np.log(4 * HLG_A))
HLG_GAMMA = 1.2
HLG_LUMINANCE = (0.2627, 0.6780, 0.0593)

_D65 = (0.3127, 0.3290)
_CHROMATICITIES = {  # of red, green, blue and white
    Primaries.BT709: ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65),
    Primaries.BT601_525: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    Primaries.BT601_625: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    Primaries.BT2020: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    Primaries.DCI_P3: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    Primaries.DISPLAY_P3: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
}
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def map_rgb(rgb: Floats, mapping: Mapping) -> Floats:
    """R'G'B' (..., 3), 0 to 1, as BT.709's for the screen, 0 to 1."""
    shown: Floats = to_light_709(rgb.clip(0, 1), mapping).clip(0, 1) ** (1 / GAMMA)
    return shown


def to_light_709(rgb: Floats, mapping: Mapping) -> Floats:
    """The screen's light for R'G'B' (..., 3): linear, BT.709's primaries, white 1; beyond 0 to 1 for other colours."""
    light: Floats = _to_light(rgb, mapping.transfer) @ to_709(mapping.primaries).T
    return light


def pq_to_light(signal: Floats) -> Floats:
    """cd/m2 of a PQ value 0 to 1."""
    power = signal ** (1 / PQ_M2)
    light: Floats = PQ_PEAK * (np.maximum(power - PQ_C1, 0) / (PQ_C2 - PQ_C3 * power)) ** (1 / PQ_M1)
    return light


def light_to_pq(light: Floats) -> Floats:
    power = (light / PQ_PEAK) ** PQ_M1
    signal: Floats = ((PQ_C1 + PQ_C2 * power) / (1 + PQ_C3 * power)) ** PQ_M2
    return signal


def hlg_to_light(rgb: Floats) -> Floats:
    """cd/m2 of HLG R'G'B' (..., 3) on a display of HDR_PEAK."""
    scene = np.where(rgb <= 0.5, rgb**2 / 3, (np.exp((rgb - HLG_C) / HLG_A) + HLG_B) / 12)
    luminance = scene @ np.array(HLG_LUMINANCE)
    light: Floats = HDR_PEAK * luminance[..., None] ** (HLG_GAMMA - 1) * scene
    return light


def compressed(light: Floats) -> Floats:
    """cd/m2 up to HDR_PEAK as cd/m2 up to SDR_WHITE; what is dark stays as it is."""
    peak, top = pq_peaks()
    signal = (light_to_pq(light) / peak).clip(0, 1)
    knee = 1.5 * top - 0.5
    t = (signal - knee).clip(0, None) / (1 - knee)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * top
    return pq_to_light(np.where(signal < knee, signal, bent) * peak)


@lru_cache(maxsize=1)
def pq_peaks() -> tuple[float, float]:
    """The PQ value of HDR_PEAK, and SDR_WHITE's as a fraction of it."""
    peak, white = light_to_pq(np.array([HDR_PEAK, SDR_WHITE]))
    return float(peak), float(white / peak)


@lru_cache(maxsize=8)
def to_709(primaries: Primaries) -> Floats:
    """3x3 from linear light in these primaries to BT.709's; white stays white."""
    source, target = _to_xyz(primaries), _to_xyz(Primaries.BT709)
    adapted = np.eye(3)
    if _CHROMATICITIES[primaries][3] != _D65:
        cones = (_BRADFORD @ target).sum(axis=1) / (_BRADFORD @ source).sum(axis=1)
        adapted = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD
    matrix: Floats = np.linalg.inv(target) @ adapted @ source
    return matrix


def _to_light(rgb: Floats, transfer: Transfer) -> Floats:
    """Light of standard white 1."""
    if transfer is Transfer.SDR:
        power: Floats = rgb**GAMMA
        return power
    light = pq_to_light(rgb) if transfer is Transfer.PQ else hlg_to_light(rgb)
    largest = light.max(axis=-1, keepdims=True)
    shown: Floats = light * (compressed(largest) / np.maximum(largest, 1e-6)) / SDR_WHITE
    return shown


def _to_xyz(primaries: Primaries) -> Floats:
    """3x3 from linear R G B to X Y Z, with Y 1 for white."""
    *colours, white = (np.array([x / y, 1.0, (1 - x - y) / y]) for x, y in _CHROMATICITIES[primaries])
    matrix = np.stack(colours, axis=1)
    scaled: Floats = matrix * np.linalg.solve(matrix, white)
    return scaled
