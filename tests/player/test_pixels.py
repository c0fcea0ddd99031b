"""Native code values: every pixel format against values that were put there by hand, and by libswscale's packing."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.errors import StreamError
from player.media.pixel_layout import PixelLayout, pixel_layout
from player.media.pixels import native_values, region_statistics, region_values
from player.records import Picture
from tests.ui.video_frames import Case, make_picture

SIZE = (44, 26)
ALL_FORMATS: set[str] = vars(av.video.format)["names"]  # the stubs do not have it
NOT_IN_MEMORY = {
    "amf", "cuda", "d3d11", "d3d11va_vld", "d3d12", "drm_prime", "dxva2_vld", "mediacodec", "mmal", "ohcodec", "opencl",
    "qsv", "vaapi", "vdpau", "videotoolbox_vld", "vulkan",
}  # fmt: skip
READABLE = sorted(ALL_FORMATS - NOT_IN_MEMORY)
SAMPLINGS = {(4, 4): "410", (4, 1): "411", (2, 2): "420", (2, 1): "422", (1, 2): "440", (1, 1): "444"}
Values = NDArray[Any]


def picture_of(frame: av.VideoFrame) -> Picture:
    return Picture(frame, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")


def laid_out(name: str) -> PixelLayout:
    layout = pixel_layout(name)
    assert layout is not None
    return layout


def plain_name(name: str) -> str:
    return name.rstrip("'")


@pytest.mark.parametrize("name", READABLE)
def test_the_layout_is_ffmpegs(name: str) -> None:
    """What PyAV does tell of a format's components: planes, bits, which is alpha, and how chroma is subsampled."""
    layout, told = laid_out(name), av.VideoFormat(name, 16, 16)
    if layout.family in ("bayer", "palette"):
        assert len(layout.parts) == 1
        return
    mine = sorted(
        (part.plane, part.bits, part.name == "A", *(16 // span for span in part.span)) for part in layout.parts
    )
    assert mine == sorted((part.plane, part.bits, part.is_alpha, part.width, part.height) for part in told.components)
    assert all(part.word.startswith(">") for part in layout.parts) == told.is_big_endian


class Elsewhere:
    """A frame on a graphics card."""

    format = SimpleNamespace(name="cuda")
    width, height = 16, 16


def test_pictures_elsewhere_have_no_layout() -> None:
    assert all(pixel_layout(name) is None for name in NOT_IN_MEMORY)
    with pytest.raises(StreamError, match="cuda"):
        native_values(replace(picture_of(av.VideoFrame(16, 16, "gray")), frame=Elsewhere()), 0, 0)  # type: ignore[arg-type]


# -- against libswscale, which packs planar pictures into the other formats without loss


def planar_base(layout: PixelLayout) -> str | None:
    """The planar little-endian format with the same components and depth."""
    parts = {part.name: part for part in layout.parts}
    bits = {part.bits for part in layout.parts}
    if len(bits) != 1 or any(part.is_float for part in layout.parts):
        return None
    depth = bits.pop()
    tail = "" if depth == 8 else f"{depth}le"
    alpha = "a" if "A" in parts else ""
    if layout.family == "gray":
        return f"gray{tail}" if not alpha else f"ya{depth}{'le' if depth > 8 else ''}"
    if layout.family == "rgb":
        return f"gbr{alpha}p{tail}"
    if layout.family == "yuv":
        return f"yuv{alpha}{SAMPLINGS[parts['Cb'].span]}p{tail}"
    return None


def unpacked(frame: av.VideoFrame, noise: np.random.Generator | None = None) -> dict[str, Values]:
    """The values of a planar little-endian frame by component; with `noise` they are filled with that first."""
    name = frame.format.name
    letters = (
        "GBRA" if name[0] == "g" and name[1] == "b" else ("Y", "A") if name[:2] == "ya" else ("Y", "Cb", "Cr", "A")
    )
    bits = frame.format.components[0].bits
    kind = np.dtype("<u1" if bits <= 8 else "<u2" if bits <= 16 else "<u4")
    together = 2 if name.startswith("ya") else 1
    found = {}
    for at, plane in enumerate(frame.planes):
        if noise is not None:
            random = noise.integers(0, 1 << bits, plane.buffer_size // kind.itemsize, kind.newbyteorder("="))
            plane.update(random.astype(kind).tobytes().ljust(plane.buffer_size, b"\0"))
        lines = np.frombuffer(bytes(plane), np.uint8)[: plane.height * plane.line_size]
        words = lines.reshape(plane.height, plane.line_size).view(kind)[:, : plane.width * together]
        for extra in range(together):
            found[letters[at + extra]] = words[:, extra::together].copy()
    return found


def packed(name: str) -> tuple[av.VideoFrame, dict[str, Values]] | None:
    """Noise packed into `name`; None where libswscale cannot, or not without loss."""
    base = planar_base(laid_out(name))
    if base is None or base not in ALL_FORMATS:
        return None
    frame = av.VideoFrame(*SIZE, base)
    values = unpacked(frame, np.random.default_rng(3))
    sides: Any = {"src_color_range": 2, "dst_color_range": 2, "interpolation": "POINT"}
    try:
        there = frame.reformat(format=name, **sides)
        back = there.reformat(format=base, **sides)
    except (av.FFmpegError, ValueError):
        return None
    again = unpacked(back)
    return (there, values) if all(np.array_equal(again[each], values[each]) for each in values) else None


def read(frame: av.VideoFrame) -> dict[str, Values]:
    values = region_values(picture_of(frame), (0, 0, frame.width, frame.height))
    return {name.rstrip("'"): each for name, each in values.items()}


def noisy(name: str, word: str = "<u1") -> av.VideoFrame:
    """Random bytes, or random numbers of floating point, in all planes."""
    random = np.random.default_rng(5)
    frame = av.VideoFrame(*SIZE, name)
    for plane in frame.planes:
        count = plane.buffer_size // np.dtype(word).itemsize
        numbers = random.random(count) if "f" in word else random.integers(0, 256, count)
        plane.update(numbers.astype(word).tobytes().ljust(plane.buffer_size, b"\0"))
    return frame


def test_what_libswscale_packs_is_read_back() -> None:
    tried = 0
    for name in READABLE:
        made = packed(name)
        if made is None:
            continue
        tried += 1
        frame, wanted = made
        found = read(frame)
        assert set(found) == set(wanted), name
        for each, values in found.items():
            assert np.array_equal(values, wanted[each]), (name, each)
    assert tried >= 170


@pytest.mark.parametrize(
    ("name", "word", "values"),
    [
        ("rgb565le", 0b10110_011101_00110, (22, 29, 6)), ("bgr565le", 0b10110_011101_00110, (6, 29, 22)),
        ("rgb555le", 0b1_10110_01101_00110, (22, 13, 6)), ("bgr555le", 0b1_10110_01101_00110, (6, 13, 22)),
        ("rgb444le", 0b1111_1011_0110_0011, (11, 6, 3)), ("bgr444le", 0b1111_1011_0110_0011, (3, 6, 11)),
        ("rgb8", 0b101_011_10, (5, 3, 2)), ("bgr8", 0b10_011_101, (5, 3, 2)),
        ("rgb4_byte", 0b1111_1_10_0, (1, 2, 0)), ("bgr4_byte", 0b1111_1_10_0, (0, 2, 1)),
    ],
)  # fmt: skip
def test_small_words(name: str, word: int, values: tuple[int, int, int]) -> None:
    """From the most significant bit, as FFmpeg's list of formats has them; unused bits are set."""
    frame = av.VideoFrame(*SIZE, name)
    bytes_ = word.to_bytes(2 if name.endswith("le") else 1, "little")
    frame.planes[0].update(bytes_ * (frame.planes[0].buffer_size // len(bytes_)))
    assert tuple(sample.value for sample in native_values(picture_of(frame), 17, 9)) == values


@pytest.mark.parametrize("name", ["monow", "monob"])
def test_bits(name: str) -> None:
    frame = noisy(name)
    wide = unpacked(frame.reformat(format="gray"))["Y"]
    assert np.array_equal(read(frame)["Y"], (wide == 0) if name == "monow" else (wide > 0))


def test_half_bytes() -> None:
    frame = av.VideoFrame(8, 2, "rgb4")
    lines = bytearray(frame.planes[0].buffer_size)
    lines[0] = 0b1_10_1_0_01_0  # red green blue of the first pixel in the upper half
    frame.planes[0].update(bytes(lines))
    found = read(frame)
    assert [int(found[each][0, 0]) for each in "RGB"] == [1, 2, 1]
    assert [int(found[each][0, 1]) for each in "RGB"] == [0, 1, 0]
    bgr = av.VideoFrame(8, 2, "bgr4")
    bgr.planes[0].update(bytes(lines).ljust(bgr.planes[0].buffer_size, b"\0")[: bgr.planes[0].buffer_size])
    assert [int(read(bgr)[each][0, 0]) for each in "BGR"] == [1, 2, 1]


BIG_ENDIAN_WORDS = {"x2rgb10": 4, "x2bgr10": 4, "xv30": 4, "v30x": 4}


@pytest.mark.parametrize("name", sorted(name for name in READABLE if name.endswith("be")))
def test_the_other_byte_order(name: str) -> None:
    """The same bytes swapped word by word mean the same values."""
    little = f"{name[:-2]}le"
    bytes_ = BIG_ENDIAN_WORDS.get(name[:-2], 4 if re.search("32|96|128", name) else 2)
    frame = noisy(little, f"<f{bytes_}" if laid_out(little).parts[0].is_float else "<u1")
    other = av.VideoFrame(*SIZE, name)
    for plane, source in zip(other.planes, frame.planes, strict=True):
        plane.update(np.frombuffer(bytes(source), f"<u{bytes_}").byteswap().tobytes())
    mine, wanted = read(other), read(frame)
    assert all(np.array_equal(mine[each], wanted[each]) for each in wanted)


@pytest.mark.parametrize(
    ("name", "word", "order"),
    [
        ("rgbf16le", "<f2", "RGB"), ("rgbaf16le", "<f2", "RGBA"),
        ("rgbf32le", "<f4", "RGB"), ("rgbaf32le", "<f4", "RGBA"),
        ("rgb96le", "<u4", "RGB"), ("rgba128le", "<u4", "RGBA"), ("yaf16le", "<f2", "YA"), ("yaf32le", "<f4", "YA"),
        ("gbrpf16le", "<f2", "G/B/R"), ("gbrpf32le", "<f4", "G/B/R"), ("gbrapf16le", "<f2", "G/B/R/A"),
        ("gbrapf32le", "<f4", "G/B/R/A"),
        ("grayf16le", "<f2", "Y"), ("grayf32le", "<f4", "Y"), ("gray32le", "<u4", "Y"),
    ],
)  # fmt: skip
def test_wide_and_floating_samples(name: str, word: str, order: str) -> None:
    """`order` is each plane's components, as FFmpeg's list of formats has them."""
    frame = noisy(name, word)
    found = read(frame)
    for plane, letters in zip(frame.planes, order.split("/"), strict=True):
        row = np.frombuffer(bytes(plane)[plane.line_size : 2 * plane.line_size], word)
        for at, letter in enumerate(letters):
            wanted = row[at :: len(letters)][: SIZE[0]]
            assert np.array_equal(found[letter][1], wanted)
    assert {each.bits for each in native_values(picture_of(frame), 0, 0)} == {0 if "f" in word else 32}


def test_twelve_bits_in_the_upper_end() -> None:
    frame = av.VideoFrame(*SIZE, "xyz12le")
    words = np.arange(frame.planes[0].buffer_size // 2, dtype="<u2") % 4096
    frame.planes[0].update((words << 4).astype("<u2").tobytes())
    assert [sample.value for sample in native_values(picture_of(frame), 5, 0)] == [15, 16, 17]
    assert [sample.name for sample in native_values(picture_of(frame), 5, 0)] == ["X", "Y", "Z"]


def test_four_pixels_in_six_bytes() -> None:
    frame = av.VideoFrame(8, 1, "uyyvyy411")
    frame.planes[0].update(bytes(range(12)).ljust(frame.planes[0].buffer_size, b"\0"))
    found = read(frame)
    assert found["Y"].tolist() == [[1, 2, 4, 5, 7, 8, 10, 11]]
    assert (found["Cb"].tolist(), found["Cr"].tolist()) == ([[0, 6]], [[3, 9]])


def test_a_mosaic_names_the_colour_of_each_place() -> None:
    frame = av.VideoFrame(4, 4, "bayer_grbg8")
    lines = np.zeros((4, frame.planes[0].line_size), np.uint8)
    lines[:, :4] = np.arange(16).reshape(4, 4)
    frame.planes[0].update(lines.tobytes())
    picture = picture_of(frame)
    found = {(x, y): native_values(picture, x, y)[0] for x, y in ((0, 0), (1, 0), (0, 1), (3, 3))}
    assert {place: sample.name for place, sample in found.items()} == {
        (0, 0): "raw G", (1, 0): "raw R", (0, 1): "raw B", (3, 3): "raw G",
    }  # fmt: skip
    assert found[3, 3].value == 15


def test_a_palettes_index_and_its_colour() -> None:
    indices = np.arange(24, dtype=np.uint8).reshape(4, 6)
    palette = np.zeros((256, 4), np.uint8)
    palette[13] = (255, 10, 20, 30)  # alpha, red, green, blue, as PyAV has it
    frame = av.VideoFrame.from_ndarray((indices, palette), format="pal8")  # type: ignore[arg-type]
    picture = picture_of(frame)
    assert [(sample.name, sample.value) for sample in native_values(picture, 1, 2)] == [
        ("index", 13), ("R'", 10), ("G'", 20), ("B'", 30), ("A", 255),
    ]  # fmt: skip
    assert [(each.name, each.maximum) for each in region_statistics(picture, (0, 0, 6, 4))] == [
        ("R'", 10), ("G'", 20), ("B'", 30), ("A", 255),
    ]  # fmt: skip


# -- places, names and statistics


def test_where_a_sample_is_in_its_plane() -> None:
    samples = native_values(picture_of(noisy("yuv420p")), 7, 5)
    assert [(each.name, each.plane, each.x, each.y, each.bits) for each in samples] == [
        ("Y'", 0, 7, 5, 8), ("Cb", 1, 3, 2, 8), ("Cr", 2, 3, 2, 8),
    ]  # fmt: skip
    semiplanar = native_values(picture_of(noisy("p010le")), 43, 25)
    assert [(each.plane, each.x, each.y, each.bits) for each in semiplanar] == [
        (0, 43, 25, 10), (1, 21, 12, 10), (1, 21, 12, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(("colorspace", "names"), [(0, "G' B' R'"), (8, "Y' Cg Co"), (1, "Y' Cb Cr")])
def test_names_follow_the_matrix(colorspace: int, names: str) -> None:
    frame = noisy("yuv444p")
    frame.colorspace = colorspace
    assert [each.name for each in native_values(picture_of(frame), 0, 0)] == names.split()


@pytest.mark.parametrize("name", ["yuv420p", "yuv420p10le", "p010le", "uyvy422", "rgb24", "gbrp16le", "yuv410p"])
def test_statistics_are_of_the_planes_own_samples(name: str) -> None:
    picture = picture_of(noisy(name))
    region = (5, 3, 18, 11)
    wanted = region_values(picture, (0, 0, *SIZE))
    parts = {part.name: part for part in laid_out(name).parts}
    for found in region_statistics(picture, region):
        across, down = parts[plain_name(found.name)].span
        rows, columns = slice(3 // down, -(-14 // down)), slice(5 // across, -(-23 // across))
        samples = wanted[found.name][rows, columns].astype(float)
        assert found.count == samples.size
        assert (found.minimum, found.maximum) == (samples.min(), samples.max())
        assert found.mean == pytest.approx(samples.mean(), rel=1e-12)
        assert found.deviation == pytest.approx(samples.std(), rel=1e-9)


def test_statistics_of_many_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = picture_of(noisy("gray16le"))
    whole = region_statistics(picture, (0, 0, *SIZE))
    monkeypatch.setattr("player.media.pixels.CHUNK_SAMPLES", 100)
    (chunked,) = region_statistics(picture, (0, 0, *SIZE))
    assert chunked.deviation == pytest.approx(whole[0].deviation, rel=1e-12)
    assert replace(chunked, mean=0.0, deviation=0.0) == replace(whole[0], mean=0.0, deviation=0.0)


def test_what_is_no_number_is_left_out() -> None:
    frame = av.VideoFrame(4, 1, "grayf32le")
    row = np.array([1.5, np.nan, np.inf, 2.5], "<f4").tobytes()
    frame.planes[0].update(row.ljust(frame.planes[0].buffer_size, b"\0"))
    (found,) = region_statistics(picture_of(frame), (0, 0, 4, 1))
    assert (found.count, found.mean, found.minimum, found.maximum, found.deviation) == (2, 2.0, 1.5, 2.5, 0.5)
    assert region_statistics(picture_of(frame), (1, 0, 2, 1)) == ()


def test_bottom_up_frames_begin_with_their_first_row() -> None:
    case = Case("", "yuv420p", bottom_up=True)
    upside, plain = make_picture(case), make_picture(replace(case, bottom_up=False))
    assert upside.frame.planes[0].line_size < 0
    mine, wanted = (region_values(each, (3, 1, 20, 9)) for each in (upside, plain))
    assert all(np.array_equal(mine[each], wanted[each]) for each in wanted)


@pytest.mark.parametrize("region", [(-1, 0, 1, 1), (0, 0, 45, 1), (44, 0, 1, 1), (0, 26, 1, 1)])
def test_beyond_the_picture(region: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="in the picture"):
        region_values(picture_of(noisy("gray")), region)
