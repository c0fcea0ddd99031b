"""PSNR and SSIM against FFmpeg's own filters, which were written by others."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from player.compare.matching import Matcher
from player.compare.meter import Meter
from player.compare.metrics import Component, measure
from player.compare.pairing import Pair
from player.errors import StreamError
from player.records import Orientation, Picture
from tests.helpers.numbered import draw_frame

SIZE = (160, 120)


def picture(frame: av.VideoFrame, **more: Any) -> Picture:
    return Picture(
        frame=frame, pts=0, time_base=Fraction(1, 25), time_s=0.0, duration_s=0.04, serial=0, key=True, pict_type="I",
        **more,
    )  # fmt: skip


def noisy(pixel_format: str, seed: int, size: tuple[int, int] = SIZE) -> av.VideoFrame:
    """A frame whose every plane has content of its own, by bytes that stay below the depth's largest code."""
    frame = draw_frame(7, *size, pixel_format)
    random = np.random.default_rng(seed)
    for plane, part in zip(frame.planes, frame.format.components, strict=False):
        deep = part.bits > 8
        values = np.frombuffer(bytearray(bytes(plane)), np.uint16 if deep else np.uint8).astype(np.int64)
        values += random.integers(-6, 7, values.shape) << (part.bits - 8)
        plane.update(values.clip(0, (1 << part.bits) - 1).astype(np.uint16 if deep else np.uint8).tobytes())
    return frame


def by_ffmpeg(name: str, ours: av.VideoFrame, theirs: av.VideoFrame) -> dict[str, float]:
    """What libavfilter's filter `name` says of the two."""
    graph = av.filter.Graph()
    sources = [
        graph.add_buffer(
            width=each.width, height=each.height, format=av.VideoFormat(each.format.name), name=letter,
            time_base=Fraction(1, 25),
        )
        for letter, each in zip("ab", (ours, theirs), strict=True)
    ]  # fmt: skip
    both, sink = graph.add(name), graph.add("buffersink")
    for at, source in enumerate(sources):
        source.link_to(both, 0, at)
    both.link_to(sink)
    graph.configure()
    for source, frame in zip(sources, (ours, theirs), strict=True):
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        source.push(frame)
        source.push(None)
    found = sink.pull()
    assert isinstance(found, av.VideoFrame)
    return {
        key.removeprefix(f"lavfi.{name}."): float(value)
        for key, value in found.metadata.items()
        if key.startswith("lavfi") and value.replace(".", "").isdigit()
    }


LETTERS = {"yuv": ("Y", "U", "V"), "gbr": ("R", "G", "B"), "gra": ("Y",)}


@pytest.mark.parametrize(
    ("pixel_format", "size"),
    [
        ("yuv420p", SIZE), ("yuv422p", (158, 118)), ("yuv444p", (66, 50)), ("gbrp", SIZE), ("gray", (130, 70)),
        ("yuv420p10le", SIZE), ("yuv422p12le", SIZE), ("yuv444p16le", (64, 48)),
    ],
)  # fmt: skip
def test_figures_are_those_of_ffmpegs_filters(pixel_format: str, size: tuple[int, int]) -> None:
    ours, theirs = noisy(pixel_format, 1, size), noisy(pixel_format, 2, size)
    found = Matcher().measure(picture(ours), picture(theirs))
    psnr, ssim = by_ffmpeg("psnr", ours, theirs), by_ffmpeg("ssim", ours, theirs)
    assert found.remark == ""
    letters = LETTERS[pixel_format[:3]]
    assert next(each.name[0] for each in found.components) == letters[0]
    for each, letter in zip(found.components, letters, strict=True):
        assert each.psnr_db == pytest.approx(psnr[f"psnr.{letter.lower()}"], abs=0.01)
        assert each.ssim == pytest.approx(ssim[letter], abs=2e-6 if "16" not in pixel_format else 2e-4)
        assert 10 < each.psnr_db < 60
    assert found.overall.psnr_db == pytest.approx(psnr["psnr_avg"], abs=0.01)
    assert found.overall.ssim == pytest.approx(ssim["All"], abs=2e-4)


def by_the_paper(ours: Any, theirs: Any, top: int) -> float:
    """Every window by itself, sums written out."""
    found = []
    for y in range(0, ours.shape[0] // 4 * 4 - 4, 4):
        for x in range(0, ours.shape[1] // 4 * 4 - 4, 4):
            a, b = (each[y : y + 8, x : x + 8].astype(float) for each in (ours, theirs))
            c1, c2 = (0.01 * top) ** 2, (0.03 * top) ** 2
            cov = ((a - a.mean()) * (b - b.mean())).sum() / 63
            up = (2 * a.mean() * b.mean() + c1) * (2 * cov + c2)
            found.append(up / ((a.mean() ** 2 + b.mean() ** 2 + c1) * (a.var(ddof=1) + b.var(ddof=1) + c2)))
    return float(np.mean(found))


@pytest.mark.parametrize(("bits", "shape"), [(8, (139, 67)), (10, (70, 40)), (16, (72, 24))])
def test_ssim_is_the_papers_formula(bits: int, shape: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    kind: Any = np.uint8 if bits == 8 else np.uint16
    top = (1 << bits) - 1
    ours = random.integers(0, top + 1, shape).astype(kind)
    theirs = (ours * 0.9 + random.integers(0, top // 10, shape)).astype(kind)
    found = measure([Component("Y'", bits, ours, theirs)])
    assert found.overall.ssim == pytest.approx(by_the_paper(ours, theirs, top), abs=1e-5)
    error = float(np.mean((ours.astype(float) - theirs) ** 2))
    assert found.overall.psnr_db == pytest.approx(10 * math.log10(top * top / error), abs=1e-9)


def test_equal_pictures_are_equal_and_tiny_ones_have_no_ssim() -> None:
    same = noisy("yuv420p", 4)
    found = Matcher().measure(picture(same), picture(same))
    assert math.isinf(found.overall.psnr_db)
    assert found.overall.ssim == pytest.approx(1.0, abs=1e-12)
    tiny = picture(noisy("yuv420p", 1, (16, 8))), picture(noisy("yuv420p", 2, (16, 8)))
    found = Matcher().measure(*tiny)
    assert found.components[0].ssim is not None
    assert found.components[1].ssim is None
    assert found.overall.ssim is None


def test_another_size_and_format_is_said() -> None:
    ours, theirs = draw_frame(9, 160, 120), draw_frame(9, 320, 240, "yuv422p10le")
    found = Matcher().measure(picture(ours), picture(theirs))
    assert found.remark == "B is scaled to 160 × 120 and converted to yuv420p"
    assert found.components[0].psnr_db > 25  # the noise differs, the cells do not


def test_a_turned_picture_is_measured_as_it_is_seen() -> None:
    frame = noisy("yuv420p", 1)
    for mirrored in (False, True):
        for turns in range(4):
            pixels = frame.to_ndarray(format="yuv444p").transpose(1, 2, 0)
            upright = np.rot90(pixels[:, ::-1] if mirrored else pixels, -turns)
            planes: Any = np.ascontiguousarray(upright.transpose(2, 0, 1))
            seen = av.VideoFrame.from_ndarray(planes, format="yuv444p")
            ours = picture(frame.reformat(format="yuv444p"), orientation=Orientation(mirrored, turns))
            found = Matcher().measure(ours, picture(seen))
            assert math.isinf(found.overall.psnr_db), (mirrored, turns)
            back = Matcher().measure(picture(seen), ours)
            assert math.isinf(back.overall.psnr_db), (mirrored, turns)


def test_what_cannot_be_measured_says_so() -> None:
    with pytest.raises(StreamError, match="yuv420p and gbrp have no components in common"):
        Matcher().measure(picture(draw_frame(1, 32, 32)), picture(draw_frame(1, 32, 32, "gbrp")))
    with pytest.raises(StreamError, match="turned in different ways"):
        Matcher().measure(
            picture(draw_frame(1, 32, 32, "yuv422p")),
            picture(draw_frame(1, 32, 32, "yuv422p"), orientation=Orientation(turns_cw=1)),
        )


def test_the_meter_measures_the_newest_and_ends() -> None:
    import threading

    came = threading.Semaphore(0)
    meter = Meter(came.release)
    ours = picture(noisy("yuv420p", 1))
    pairs = [Pair(ours, dataclasses.replace(ours, frame=noisy("yuv420p", seed))) for seed in range(2, 12)]
    for number, pair in enumerate(pairs):
        meter.ask(pair, number)
    found = None
    while found is None or found.tag != 9:
        assert came.acquire(timeout=5)
        found = meter.take() or found
    assert found.pair is pairs[-1]
    assert found.metrics is not None
    meter.ask(Pair(ours, picture(draw_frame(1, 32, 32, "gbrp"))), 10)
    assert came.acquire(timeout=5)
    failed = meter.take()
    assert failed is not None
    assert failed.metrics is None
    assert "in common" in failed.problem
    meter.close()
