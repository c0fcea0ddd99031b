"""PNG pictures stand as a person holds the film, in its own colours, and say what they are."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from player.errors import PlayerError
from player.media import still_file
from player.media.color import Color, Matrix, Primaries, Range, Siting, Transfer
from player.media.displayed import displayed_rgb
from player.media.look import ColorOverride, Look
from player.media.png_chunks import SIGNATURE, color_chunks, read_chunks
from player.media.still import PngMaker
from player.media.still_file import Still, free_path, save_still, still_name
from player.records import Orientation, Picture
from tests.helpers.numbered import draw_frame

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clips


def decode_first(path: Path) -> av.VideoFrame:
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


@pytest.mark.parametrize(
    ("name", "mirrors"), [("rotated", False), ("mirrored", True)], ids=["turned", "turned and mirrored"]
)
def test_a_turned_picture_is_written_upright(clips: Clips, tmp_path: Path, name: str, mirrors: bool) -> None:
    """What the clips' recipes ask for: 90 degrees against the clock, and the second one mirrored after that."""
    frame = decode_first(clips(name).path)
    file = tmp_path / "picture.png"
    file.write_bytes(PngMaker(untagged_601=False).encode(frame))

    written = decode_first(file).to_ndarray(format="rgb24")
    coded = PngMaker(untagged_601=False).convert(frame).to_ndarray()
    turned = np.rot90(coded, 1)
    expected = turned[:, ::-1] if mirrors else turned
    assert written.shape == (160, 120, 3)
    np.testing.assert_array_equal(written, expected)


# Colours: against a reference written from BT.601, BT.709 and BT.2020 here, not from the product's own arithmetic.

WEIGHTS = {5: (0.299, 0.587, 0.114), 1: (0.2126, 0.7152, 0.0722), 9: (0.2627, 0.6780, 0.0593)}
"""Kr, Kg, Kb by AVCOL_SPC_*."""
PATCHES = [(r, g, b) for r in (0.0, 0.25, 1.0) for g in (0.0, 0.6, 1.0) for b in (0.0, 0.4, 1.0)]


def code_values(rgb: tuple[float, float, float], matrix: int, bits: int, *, full: bool) -> tuple[int, int, int]:
    """Y', Cb, Cr of R'G'B' in 0..1, as the standards quantise them."""
    kr, kg, kb = WEIGHTS[matrix]
    red, green, blue = rgb
    luma = kr * red + kg * green + kb * blue
    cb, cr = (blue - luma) / (2 * (1 - kb)), (red - luma) / (2 * (1 - kr))
    if full:
        largest, half = (1 << bits) - 1, 1 << (bits - 1)
        coded = (luma * largest, cb * largest + half, cr * largest + half)
    else:
        unit = 1 << (bits - 8)
        coded = ((219 * luma + 16) * unit, (224 * cb + 128) * unit, (224 * cr + 128) * unit)
    return tuple(min(max(round(value), 0), (1 << bits) - 1) for value in coded)  # type: ignore[return-value]


@pytest.mark.parametrize("chroma", ["420", "422", "444"])
@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", WEIGHTS, ids=["bt601", "bt709", "bt2020"])
def test_patches_have_the_standards_colours(matrix: int, full: bool, bits: int, chroma: str) -> None:
    """In the file itself, within 2 of 255."""
    frame = av.VideoFrame(16 * len(PATCHES), 16, f"yuv{chroma}p" + ("10le" if bits == 10 else ""))
    frame.colorspace, frame.color_range = matrix, 2 if full else 1
    coded = [code_values(patch, matrix, bits, full=full) for patch in PATCHES]
    for place, plane in enumerate(frame.planes):
        kind = np.dtype("<u2" if bits == 10 else np.uint8)
        row = np.zeros(plane.line_size // kind.itemsize, kind)
        row[: plane.width] = np.repeat([values[place] for values in coded], plane.width // len(PATCHES))
        plane.update(np.tile(row, plane.height).tobytes())
    pixels = read_png(PngMaker(untagged_601=False).encode(frame))
    assert pixels.dtype == (np.uint16 if bits == 10 else np.uint8)
    shown = pixels[8, 8::16].astype(float) / np.iinfo(pixels.dtype).max
    assert np.abs(shown - np.array(PATCHES)).max() <= 2 / 255


def read_png(png: bytes) -> np.ndarray:
    """The file's own samples, without any colour management."""
    decoder = av.CodecContext.create("png", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frames = [*decoder.decode(av.Packet(png)), *decoder.decode(None)]
    return frames[0].to_ndarray()


# What the file says of them.

SDR, PQ, HLG = Transfer.SDR, Transfer.PQ, Transfer.HLG
TAGS = {
    (Primaries.BT709, SDR, True): {b"sRGB": b"\0", b"gAMA": b"\0\0\xb1\x8f"},
    (Primaries.BT601_625, SDR, False): {b"sRGB": b"\0", b"gAMA": b"\0\0\xb1\x8f"},
    (Primaries.BT601_625, SDR, True): {b"cICP": bytes([5, 13, 0, 1]), b"gAMA": b"\0\0\xb1\x8f"},
    (Primaries.BT2020, SDR, True): {b"cICP": bytes([9, 13, 0, 1]), b"gAMA": b"\0\0\xb1\x8f"},
    (Primaries.BT2020, PQ, True): {b"cICP": bytes([9, 16, 0, 1])},
    (Primaries.BT2020, HLG, False): {b"cICP": bytes([9, 18, 0, 1])},
    (Primaries.DISPLAY_P3, SDR, True): {b"cICP": bytes([12, 13, 0, 1]), b"gAMA": b"\0\0\xb1\x8f"},
}


@pytest.mark.parametrize(("primaries", "transfer", "tagged"), TAGS)
def test_the_chunks_name_the_colours(primaries: Primaries, transfer: Transfer, tagged: bool) -> None:
    color = Color(Matrix.BT709, Range.LIMITED, Siting.LEFT, True, True, primaries, transfer, tagged, tagged)
    found = dict(parse(SIGNATURE + color_chunks(color)))
    chromaticities = np.frombuffer(found.pop(b"cHRM"), ">u4") / 100_000
    assert found == TAGS[primaries, transfer, tagged]
    assert chromaticities[:2] == pytest.approx((0.3127, 0.3290))
    if b"sRGB" in found:
        assert chromaticities[2:].tolist() == [0.64, 0.33, 0.30, 0.60, 0.15, 0.06]


def parse(png: bytes) -> list[tuple[bytes, bytes]]:
    """Kinds and data of the chunks, their checksums checked."""
    found = []
    for kind, whole in read_chunks(png):
        assert whole[4:8] == kind
        assert int.from_bytes(whole[-4:]) == zlib.crc32(whole[4:-4])
        found.append((kind, whole[8:-4]))
    return found


def test_a_file_has_its_chunks_in_order_and_once() -> None:
    frame = av.VideoFrame(32, 16, "yuv420p10le")
    frame.colorspace, frame.color_primaries, frame.color_trc = 9, 9, 16
    png = PngMaker(untagged_601=False).encode(frame, Fraction(64, 45))
    kinds = [kind for kind, _ in parse(png)]
    assert kinds[:4] == [b"IHDR", b"cICP", b"cHRM", b"pHYs"]
    assert kinds[4:-1] == [b"IDAT"] * (len(kinds) - 5)
    assert kinds[-1] == b"IEND"
    found = dict(parse(png))
    assert found[b"IHDR"][8:10] == bytes([16, 2])  # bits, and R'G'B'
    assert found[b"pHYs"] == (45).to_bytes(4) + (64).to_bytes(4) + b"\0"


# Stills on disk.


def a_picture(number: int = 7, pixel_format: str = "yuv420p", **changes: object) -> Picture:
    frame = draw_frame(number, 160, 120, pixel_format)
    made = Picture(
        frame, pts=number * 512, time_base=Fraction(1, 12800), time_s=number / 25, duration_s=0.04, serial=1, key=False,
        pict_type="P",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def test_names() -> None:
    assert still_name("/a/My film.v2.mkv", 123, 4.92) == "My film.v2-frame-000123.png"
    assert still_name("/a/film.mkv", None, 4.92) == "film-time-00004.920000.png"
    assert still_name("/a/\x1b[31m\n.mkv", 1, None) == "[31m -frame-000001.png"
    assert len(still_name(f"/a/{'x' * 300}.mkv", 1, None)) < 200


def test_a_free_name_is_found(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    assert free_path(path) == path
    for expected in ("a.png", "a-2.png", "a-3.png"):
        assert os.path.basename(free_path(path)) == expected
        (tmp_path / expected).touch()


def test_a_picture_is_saved_with_what_is_known_of_it(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"the film")
    target = tmp_path / "still.png"
    still = Still(a_picture(), str(film), ordinal=7, look=Look(override=ColorOverride(matrix=Matrix.BT709)))
    save_still(still, str(target), side_file=True)
    assert target.read_bytes() == PngMaker(untagged_601=False, override=ColorOverride(matrix=Matrix.BT709)).encode(
        still.picture.frame
    )
    facts = json.loads((tmp_path / "still.json").read_text(encoding="utf-8"))
    assert (facts["ordinal"], facts["pts"], facts["time_base"], facts["time_s"]) == (7, 3584, "1/12800", 0.28)
    assert facts["file"]["sha256"] == hashlib.sha256(b"the film").hexdigest()
    assert facts["file"]["size_bytes"] == 8
    assert facts["made_by"].startswith("Overplay ")
    assert facts["conversion"]["matrix"] == {"value": "bt.709", "from": "chosen"}
    assert facts["conversion"]["range"] == {"value": "limited", "from": "guessed"}
    assert facts["conversion"]["kind"] == "picture"
    assert facts["picture"]["pixel_format"] == "yuv420p"


def test_of_a_long_file_the_ends_are_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still_file, "WHOLE_HASH_BYTES", 10)
    monkeypatch.setattr(still_file, "END_BYTES", 3)
    film = tmp_path / "film.mkv"
    film.write_bytes(b"abc-the-middle-xyz")
    save_still(Still(a_picture(), str(film)), str(tmp_path / "still.png"), side_file=True)
    facts = json.loads((tmp_path / "still.json").read_text(encoding="utf-8"))["file"]
    assert facts["sha256_of_ends"] == hashlib.sha256(b"abcxyz").hexdigest()
    assert "sha256" not in facts


@pytest.mark.parametrize("there", ["still.png", "still.json"])
def test_nothing_is_overwritten_unless_asked(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_bytes(b"mine")
    still = Still(a_picture(), str(tmp_path / "gone.mkv"))
    with pytest.raises(FileExistsError):
        save_still(still, str(tmp_path / "still.png"), side_file=True)
    assert [each.name for each in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_bytes() == b"mine"
    save_still(still, str(tmp_path / "still.png"), side_file=True, replace=True)
    assert (tmp_path / there).read_bytes() != b"mine"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PlayerError, match=r"Cannot write .*: No such file"):
        save_still(Still(a_picture(), "film.mkv"), str(tmp_path / "no" / "still.png"))


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(True, 1), Orientation(False, 3)])
def test_as_displayed_is_what_the_screen_has(tmp_path: Path, orientation: Orientation) -> None:
    picture = a_picture(9, "yuv422p10le", orientation=orientation)
    look = Look(channel="y", zebra=True)
    target = tmp_path / "still.png"
    save_still(Still(picture, "film.mkv", kind="displayed", look=look), str(target))
    expected = displayed_rgb(picture, look)
    expected = np.rot90(expected[:, ::-1] if orientation.mirrored else expected, -orientation.turns_cw)
    png = target.read_bytes()
    np.testing.assert_array_equal(read_png(png), expected)
    assert [kind for kind, _ in parse(png)][1:4] == [b"sRGB", b"gAMA", b"cHRM"]
