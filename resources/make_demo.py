"""Makes `demo.mp4`, the clip that plays when no file is given: `python -m resources.make_demo [FILE]`.

Twelve seconds, 30 pictures a second. Two lights circle a dial, one of them passing the top on each full second; there
the dial flashes and a soft tick sounds, so that eye and ear can judge the sync. The picture's ordinal and its time
are burnt in. Only numpy draws and only PyAV writes, so the clip can be made again anywhere.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from resources._demo_font import text_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]

WIDTH, HEIGHT, RATE, SECONDS = 1280, 720, 30, 12
PICTURES = RATE * SECONDS
AUDIO_RATE = 48000

DARK = np.array([0.045, 0.053, 0.075], np.float32)
LIFTED = np.array([0.085, 0.100, 0.140], np.float32)
INK = np.array([0.78, 0.81, 0.86], np.float32)
ACCENT = np.array([0.98, 0.66, 0.22], np.float32)

CENTRE_X, CENTRE_Y, RADIUS = 640.0, 300.0, 190.0
HUB_RADIUS = 64.0
COUNTER_AT, CLOCK_AT = (92, 606), (859, 606)
"""Left and top of the burnt-in frame counter and clock, in pixels."""
TEXT_CELL = 7
"""Pixels a dot of a letter takes."""
FLASH_S = 0.16
"""The flash has faded to a third after so many seconds."""


def counter_text(ordinal: int) -> str:
    """What the counter shows on picture `ordinal` (0 is the first)."""
    return f"FRAME {ordinal:04d}"


def clock_text(ordinal: int) -> str:
    """What the clock shows on picture `ordinal`: its time, `s.mmm`."""
    return f"{ordinal / RATE:06.3f} S"


class Painter:
    """Draws the clip's pictures. What does not move is computed once."""

    def __init__(self) -> None:
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        self._x = x
        self._y = y
        dx, dy = x - CENTRE_X, y - CENTRE_Y
        self._distance = np.hypot(dx, dy)
        self._turn = (np.arctan2(dx, -dy) / (2 * np.pi)) % 1.0  # 0 at the top, clockwise to 1
        noise = np.random.default_rng(1).uniform(-0.5, 0.5, (HEIGHT, WIDTH))
        self._dither = (noise / 220).astype(np.float32)  # hides the steps of an 8-bit gradient
        self._marks = self._hour_marks()

    def _hour_marks(self) -> Plane:
        """The dial's sixty marks and its thin ring, as coverage 0 to 1."""
        along = np.abs((self._turn * 60 + 0.5) % 1.0 - 0.5) * (2 * np.pi / 60) * self._distance
        long_mark = np.abs((self._turn * 12 + 0.5) % 1.0 - 0.5) < 0.05
        inner = np.where(long_mark, RADIUS + 18, RADIUS + 24)
        between = _soft(self._distance - inner) * _soft(RADIUS + 32 - self._distance)
        marks = _soft(1.6 - along) * between * 0.55
        return np.asarray(np.maximum(marks, _soft(1.2 - np.abs(self._distance - RADIUS)) * 0.28), dtype=np.float32)

    def paint(self, ordinal: int) -> NDArray[np.float32]:
        """Picture `ordinal` as RGB of shape (HEIGHT, WIDTH, 3), 0 to 1."""
        time_s = ordinal / RATE
        picture = self._background(time_s)
        _lay(picture, INK, self._marks)
        _lay(picture, ACCENT, self._lights(time_s))
        _lay(picture, ACCENT, self._hub(time_s))
        _lay(picture, ACCENT, self._wave(time_s))
        _lay_text(picture, INK, counter_text(ordinal), COUNTER_AT)
        _lay_text(picture, INK, clock_text(ordinal), CLOCK_AT)
        picture += self._dither[:, :, None]
        return np.clip(picture, 0, 1, out=picture)

    def _background(self, time_s: float) -> NDArray[np.float32]:
        """A dark ground with a lighter place that drifts slowly, once round in the clip's length."""
        angle = 2 * np.pi * time_s / SECONDS
        dx = (self._x - (640 + 260 * np.sin(angle))) / 760
        dy = (self._y - (300 + 90 * np.cos(angle))) / 520
        glow = np.exp(-(dx * dx + dy * dy))
        return np.asarray(DARK + glow[:, :, None] * (LIFTED - DARK), dtype=np.float32)

    def _lights(self, time_s: float) -> Plane:
        """Two lights with fading tails, opposite each other, round in two seconds."""
        behind = (time_s / 2 - self._turn) % 0.5 * 2  # 0 at a light, 1 just before it
        tail = np.exp(-behind * 4.5)
        ahead = np.minimum(behind, 1 - behind) * np.pi * self._distance
        head = np.exp(-((ahead / 11) ** 2) - ((self._distance - RADIUS) / 11) ** 2)
        ring = _soft(4.5 - np.abs(self._distance - RADIUS)) * tail * 0.8
        return np.asarray(np.maximum(ring, head), dtype=np.float32)

    def _hub(self, time_s: float) -> Plane:
        """The middle of the dial: it lights up on each full second and fades."""
        level = 0.05 + 0.95 * np.exp(-(time_s % 1.0) / FLASH_S)
        return np.asarray(_soft((HUB_RADIUS - self._distance) / 1.5) * level, dtype=np.float32)

    def _wave(self, time_s: float) -> Plane:
        """A thin wave that travels across the foot of the picture."""
        phase = 2 * np.pi * (self._x / 320 - time_s / 2)
        swell = np.sin(np.pi * self._x / WIDTH) ** 2
        line = 545 + 10 * np.sin(phase) * swell
        return np.asarray(_soft(1.4 - np.abs(self._y - line)) * (0.15 + 0.4 * swell), dtype=np.float32)


def _soft(inside: NDArray[np.floating]) -> Plane:
    """Coverage of an edge from the distance inside it, in pixels: half covered on the edge itself."""
    return np.asarray(np.clip(inside + 0.5, 0, 1), dtype=np.float32)


def _lay(picture: NDArray[np.float32], colour: NDArray[np.float32], coverage: Plane) -> None:
    picture += coverage[:, :, None] * (colour - picture)


def _lay_text(picture: NDArray[np.float32], colour: NDArray[np.float32], text: str, left_top: tuple[int, int]) -> None:
    mask = text_mask(text, TEXT_CELL)
    left, top = left_top
    area = picture[top : top + mask.shape[0], left : left + mask.shape[1]]
    _lay(area, colour, mask)


def to_yuv420p(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """RGB 0 to 1 as the planes of yuv420p, BT.709, limited range: shape (HEIGHT * 3 / 2, WIDTH)."""
    luma = picture @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    quarter = picture.reshape(HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean(axis=(1, 3))
    quarter_luma = quarter @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    blue = 128 + 224 * (quarter[:, :, 2] - quarter_luma) / 1.8556
    red = 128 + 224 * (quarter[:, :, 0] - quarter_luma) / 1.5748
    chroma = np.concatenate([blue.reshape(-1, WIDTH), red.reshape(-1, WIDTH)])
    return np.asarray(np.rint(np.concatenate([16 + 219 * luma, chroma])), dtype=np.uint8)


def make_sound() -> NDArray[np.float32]:
    """A soft tick on each full second, higher on every fourth: shape (2, samples)."""
    sound = np.zeros(AUDIO_RATE * SECONDS, np.float32)
    time_s = np.arange(round(0.12 * AUDIO_RATE)) / AUDIO_RATE
    shape = np.minimum(time_s / 0.001, 1) * np.exp(-time_s / 0.022)
    for second in range(SECONDS):
        pitch = 1318.5 if second % 4 == 0 else 880.0
        tick = 0.22 * shape * (np.sin(2 * np.pi * pitch * time_s) + 0.3 * np.sin(4 * np.pi * pitch * time_s))
        begin = second * AUDIO_RATE
        sound[begin : begin + tick.size] = tick
    return np.stack([sound, sound])


def make_demo(path: Path) -> None:
    """Write the clip to `path`."""
    with av.open(str(path), "w", container_options={"movflags": "+faststart"}) as output:
        output.metadata["title"] = "Overplay demo"
        video = output.add_stream("libx264", rate=RATE)
        assert isinstance(video, VideoStream)
        context = video.codec_context
        context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = 1  # BT.709, limited
        context.gop_size = 2 * RATE
        context.options = {"preset": "slow", "crf": "23", "tune": "animation"}
        audio = output.add_stream("aac", rate=AUDIO_RATE)
        assert isinstance(audio, AudioStream)
        audio.codec_context.layout = "stereo"
        audio.codec_context.bit_rate = 96_000

        painter = Painter()
        for ordinal in range(PICTURES):
            frame = av.VideoFrame.from_ndarray(to_yuv420p(painter.paint(ordinal)), format="yuv420p")
            frame.pts, frame.time_base = ordinal, Fraction(1, RATE)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        sound = av.AudioFrame.from_ndarray(make_sound(), format="fltp", layout="stereo")
        sound.sample_rate, sound.pts, sound.time_base = AUDIO_RATE, 0, Fraction(1, AUDIO_RATE)
        output.mux(audio.encode(sound))
        output.mux(audio.encode(None))


if __name__ == "__main__":
    make_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("demo.mp4"))
