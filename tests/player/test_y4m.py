"""Y4M: its header's colourspace, siting, range, shape, rate and fields are what the pictures then have."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from player.errors import OpenError
from player.events import EndReached
from player.media.frame_md5 import plane_bytes
from player.media.picture_reader import PictureReader, ReadPicture
from player.media.source import choose_track, open_source
from player.media.still import PngMaker
from player.options import OpenOptions
from tests.helpers.numbered import draw_frame
from tests.helpers.playing import Playing

TAGS = {
    "C420": "yuv420p", "C420jpeg": "yuv420p", "C420mpeg2": "yuv420p", "C420paldv": "yuv420p", "C422": "yuv422p",
    "C444": "yuv444p", "C411": "yuv411p", "Cmono": "gray", "C420p10": "yuv420p10le", "C422p12": "yuv422p12le",
    "C444p16": "yuv444p16le", "C420p14": "yuv420p14le", "Cmono10": "gray10le", "C444alpha": "yuva444p",
}  # fmt: skip


def write_y4m(path: Path, tag: str, count: int, *, header: str = "F25:1 Ip A1:1", frame_header: str = "") -> Path:
    """Numbered pictures of 160 by 120."""
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W160 H120 {header} {tag}\n".encode())
        for number in range(count):
            file.write(f"FRAME{frame_header}\n".encode())
            file.writelines(plane_bytes(draw_frame(number, 160, 120, TAGS[tag])))
    return path


def read(path: Path) -> tuple[list[ReadPicture], PictureReader]:
    source = open_source(str(path))
    try:
        track = choose_track(source, "video", None)
        assert track is not None
        reader = PictureReader(source, track)
        return list(reader), reader
    finally:
        source.close()


@pytest.mark.parametrize("tag", TAGS)
def test_every_colourspace(tmp_path: Path, tag: str) -> None:
    path = write_y4m(tmp_path / "film.y4m", tag, 3, header="F30000:1001 Ip A59:54")
    pictures, _ = read(path)
    assert [picture.frame.format.name for picture in pictures] == [TAGS[tag]] * 3
    for number, picture in enumerate(pictures):
        assert b"".join(plane_bytes(picture.frame)) == b"".join(plane_bytes(draw_frame(number, 160, 120, TAGS[tag])))
        assert picture.pts == number
        assert picture.time_s == pytest.approx(float(number * Fraction(1001, 30000)))


def test_what_the_header_says(tmp_path: Path) -> None:
    path = write_y4m(tmp_path / "film.y4m", "C422", 2, header="F50:1 It A59:54 XCOLORRANGE=FULL")
    source = open_source(str(path))
    track = source.info.tracks[0]
    picture = next(source.container.decode(video=0))
    assert (track.details, track.rate) == ("160x120 50 fps yuv422p", Fraction(50))
    assert source.container.streams.video[0].sample_aspect_ratio == Fraction(59, 54)
    assert picture.interlaced_frame
    assert int(picture.color_range) == 2
    source.close()


def test_the_siting_of_the_header_is_that_of_stills(tmp_path: Path) -> None:
    """A chroma edge lies half a luma sample further left where the samples are at the left, not in the middle."""
    shades = {}
    for tag in ("C420jpeg", "C420mpeg2"):
        luma = np.full((16, 32), 128, np.uint8)
        chroma = np.full((8, 16), 90, np.uint8)
        chroma[:, 8:] = 170
        path = tmp_path / f"{tag}.y4m"
        header = f"YUV4MPEG2 W32 H16 F25:1 Ip {tag}\nFRAME\n".encode()
        path.write_bytes(header + luma.tobytes() + chroma.tobytes() + chroma.tobytes())
        pictures, _ = read(path)
        shades[tag] = PngMaker(untagged_601=False).convert(pictures[0].frame).to_ndarray()[8, 8:24, 0].astype(int)
    middle = shades["C420jpeg"]
    assert abs((middle + middle[::-1]).mean() - (middle[0] + middle[-1])) <= 1  # the same on both sides of the edge
    assert shades["C420mpeg2"].sum() > middle.sum()


def test_it_plays_and_seeks(tmp_path: Path) -> None:
    path = write_y4m(tmp_path / "film.y4m", "C420jpeg", 40, frame_header=" Ip")
    with Playing() as playing:
        playing.open_paused(path, OpenOptions(paused=True, framedrop="off"))
        for number in (31, 4, 39, 0, 20):
            playing.seek(number / 25)
            assert playing.number == number
        playing.player.step(-3)
        playing.until(lambda: playing.number == 17)
        before = len(playing.shown) - 1
        playing.player.play()
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers[before:] == list(range(17, 40))


def test_a_y4m_file_called_yuv_is_one(tmp_path: Path) -> None:
    path = write_y4m(tmp_path / "film_352x288.yuv", "C444", 2)
    pictures, _ = read(path)
    assert [(each.frame.width, each.frame.format.name) for each in pictures] == [(160, "yuv444p")] * 2


@pytest.mark.parametrize("header", ["W160", "W0 H0", "W99999 H99999 C420", "W160 H120 C999", "W160 H120 Im"])
def test_headers_that_cannot_be(tmp_path: Path, header: str) -> None:
    path = tmp_path / "film.y4m"
    path.write_bytes(f"YUV4MPEG2 {header}\nFRAME\n".encode() + bytes(1000))
    with pytest.raises(OpenError):
        open_source(str(path))
