"""Sound as columns of a picture: the waveform, and the spectrum. Pure arithmetic on excerpts.

Time is divided evenly: column k is the media from k / per_s to (k + 1) / per_s. What a column shows does not depend on
when it is drawn, so a picture that is moved on and one that is drawn anew are the same.
"""

from __future__ import annotations

import functools
import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from player.audio.tap import Excerpt

SoundMode = Literal["waves", "spectrum"]
Levels = NDArray[np.uint8]
"""Shape (height, columns); 0 is the ground, 255 the brightest."""

PEAK_LEVEL = 110
"""Of the outline of the waveform; what is inside the root mean square goes up to 255."""
WINDOW_S = 0.085
MARGIN_S: dict[SoundMode, float] = {"waves": 0.0, "spectrum": WINDOW_S}
"""Sound that the columns at the ends need beyond their own time."""
LOWEST_HZ, HIGHEST_HZ = 40.0, 20_000.0
FLOOR_DB, TOP_DB = -84.0, -6.0


def window_length(rate: int) -> int:
    return 1 << max(6, round(math.log2(max(rate, 1000) * WINDOW_S)))


def draw(mode: SoundMode, excerpt: Excerpt, first: int, count: int, per_s: float, height: int) -> Levels:
    """Columns `first` to `first + count`; those without sound are ground."""
    return (wave_columns if mode == "waves" else spectrum_columns)(excerpt, first, count, per_s, height)


def wave_columns(excerpt: Excerpt, first: int, count: int, per_s: float, height: int) -> Levels:
    """The highest and lowest sample of each column, and brighter within it the root mean square."""
    edges = excerpt.place_of(np.arange(first, first + count + 1) / per_s)
    places = np.clip(np.round(edges).astype(np.int64), 0, len(excerpt.samples))
    is_there = np.diff(places) > 0
    picture = np.zeros((height, count), np.uint8)
    if not is_there.any():
        return picture
    starts = np.minimum(places[:-1], len(excerpt.samples) - 1)
    lengths = np.maximum(1, np.diff(places))
    samples = excerpt.samples[: max(int(places[-1]), int(starts[-1]) + 1)]
    up = np.maximum(0.0, np.maximum.reduceat(samples, starts))
    down = np.maximum(0.0, -np.minimum.reduceat(samples, starts))
    rms = np.sqrt(np.add.reduceat(samples.astype(np.float64) ** 2, starts) / lengths)
    half = height / 2.0
    rows = half - (np.arange(height) + 0.5)  # distance above the middle, in rows
    reach = np.where(rows[:, None] >= 0.0, up[None, :], down[None, :]) * half
    away = np.abs(rows)[:, None]
    # A sample may be louder than full scale; it cannot reach past the edge of the picture.
    outline = np.clip(reach - away + 0.5, 0.0, 1.0)
    inside = np.clip(np.minimum(rms[None, :] * half, reach) - away + 0.5, 0.0, 1.0)
    levels = PEAK_LEVEL * outline + (255 - PEAK_LEVEL) * inside
    picture[:, is_there] = levels[:, is_there].astype(np.uint8)
    return picture


def spectrum_columns(excerpt: Excerpt, first: int, count: int, per_s: float, height: int) -> Levels:
    """How loud each pitch is: low below, high above, an octave as high as another."""
    size = window_length(excerpt.rate)
    centres = excerpt.place_of(np.arange(first + 0.5, first + count) / per_s)
    edges = excerpt.place_of(np.arange(first, first + count + 1) / per_s)
    is_there = np.diff(edges) > 0.0
    picture = np.zeros((height, count), np.uint8)
    if not is_there.any():
        return picture
    padded = np.concatenate([np.zeros(size, np.float32), excerpt.samples, np.zeros(size, np.float32)])
    starts = np.clip(np.round(centres[is_there]).astype(np.int64) + size // 2, 0, len(padded) - size)
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[starts]
    size_of = np.abs(np.fft.rfft(windows * _hann(size), axis=1))
    power_db = 20.0 * np.log10(np.maximum(size_of * (4.0 / size), 1e-6))
    levels = np.clip((power_db - FLOOR_DB) * (255.0 / (TOP_DB - FLOOR_DB)), 0.0, 255.0)
    picture[:, is_there] = _to_rows(levels, excerpt.rate, size, height).T.astype(np.uint8)
    return picture


def row_frequencies(rate: int, height: int) -> NDArray[np.float64]:
    """The pitch in the middle of each row, from the highest on top, in hertz."""
    top = min(HIGHEST_HZ, rate / 2.0)
    places = (np.arange(height)[::-1] + 0.5) / height
    pitches: NDArray[np.float64] = LOWEST_HZ * (top / LOWEST_HZ) ** places
    return pitches


def _to_rows(levels: NDArray[np.float64], rate: int, size: int, height: int) -> NDArray[np.float64]:
    """From bins, shape (columns, bins), to rows: between two bins where these are wide, the loudest where many fit."""
    below, share, starts, is_fine = _rows(rate, size, height)
    smooth = levels[:, below] * (1.0 - share) + levels[:, below + 1] * share
    # reduceat wants rising places: rows count from the top, bins from the bottom.
    loudest = np.maximum.reduceat(levels, starts, axis=1)[:, ::-1]
    return np.where(is_fine, smooth, loudest)


@functools.lru_cache(maxsize=4)
def _rows(
    rate: int, size: int, height: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    bins = size // 2
    place = np.minimum(row_frequencies(rate, height) * size / rate, bins - 1e-6)
    below = place.astype(np.int64)
    step = -np.diff(place, append=2 * place[-1] - place[-2] if height > 1 else 0.0)
    starts = np.minimum(np.ceil(place - step / 2.0).astype(np.int64), bins)[::-1]
    return below, place - below, np.maximum.accumulate(np.maximum(starts, 0)), step < 2.0


@functools.lru_cache(maxsize=4)
def _hann(size: int) -> NDArray[np.float32]:
    return np.hanning(size).astype(np.float32)
