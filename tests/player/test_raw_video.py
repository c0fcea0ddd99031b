"""Raw pictures: what a name says of them, and that each comes back as it was written, whatever its format."""

from __future__ import annotations

import hashlib
import os
import random
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from player.cli.main import main
from player.errors import OpenError, RawFormatNeededError
from player.events import FirstPicture, OpenFailed, Warned
from player.media.frame_md5 import plane_bytes
from player.media.picture_reader import PictureReader, ReadPicture
from player.media.raw_extensions import is_raw_name
from player.media.raw_name import NameGuess, exact_rate, guess_from_name
from player.media.raw_video import RawFormat, picture_bytes, pixel_formats
from player.media.source import Source, choose_track, open_source
from player.options import Input, OpenOptions
from tests.helpers.clips import Clips
from tests.helpers.numbered import draw_frame
from tests.helpers.playing import Playing

NTSC = Fraction(30000, 1001)
SIZE = (160, 120)


@pytest.fixture
def opened() -> Iterator[list[Source]]:
    """Sources put here are closed at the end of the test."""
    sources: list[Source] = []
    yield sources
    for source in sources:
        source.close()


def write_raw(path: Path, count: int, pix_fmt: str = "yuv420p", rest: bytes = b"") -> Path:
    """`count` numbered pictures of `SIZE`, one behind the other."""
    with open(path, "wb") as file:
        for number in range(count):
            for rows in plane_bytes(draw_frame(number, *SIZE, pix_fmt)):
                file.write(rows)
        file.write(rest)
    return path


def read_all(source: Source) -> list[ReadPicture]:
    track = choose_track(source, "video", None)
    assert track is not None
    return list(PictureReader(source, track))


# Names

NAMES = {
    "foo_1920x1080_50fps_10bit_420.yuv": NameGuess((1920, 1080), "yuv420p10le", Fraction(50)),
    "Jockey_3840x2160_120fps_420_10bit_YUV.yuv": NameGuess((3840, 2160), "yuv420p10le", Fraction(120)),
    "NebutaFestival_2560x1600_60_10bit_crop.yuv": NameGuess((2560, 1600), None, Fraction(60), 10),
    "BasketballDrive_1920x1080_50.yuv": NameGuess((1920, 1080), None, Fraction(50)),
    "y_1920x1080p50_422_10b.yuv": NameGuess((1920, 1080), "yuv422p10le", Fraction(50)),
    "x_1920X1080p_25.yuv": NameGuess((1920, 1080), None, Fraction(25)),
    "clip_1280x720_60_10.yuv": NameGuess((1280, 720), None, Fraction(60), 10),
    "video_720p_59.94fps_8b.yuv": NameGuess((1280, 720), None, Fraction(60000, 1001), 8),
    "clip_1080p60.yuv": NameGuess((1920, 1080), None, Fraction(60)),
    "akiyo_cif.yuv": NameGuess((352, 288)),
    "foreman_qcif_30Hz.yuv": NameGuess((176, 144), None, Fraction(30)),
    "wide_4k_p010.yuv": NameGuess((3840, 2160), "p010le"),
    "x_160x120_yuv444p12be.yuv": NameGuess((160, 120), "yuv444p12be"),
    "x_160x120_422p10le.yuv": NameGuess((160, 120), "yuv422p10le"),
    "x_160x120_gbrp10le.yuv": NameGuess((160, 120), "gbrp10le"),
    "x_160x120_400_10b.yuv": NameGuess((160, 120), "gray10le"),
    "x_352x288_422_packed.yuv": NameGuess((352, 288), "yuyv422"),
    "x_352x288_uyvy.yuv": NameGuess((352, 288), "uyvy422"),
    "x_160x120.nv12": NameGuess((160, 120), "nv12"),
    "x_160x120.444": NameGuess((160, 120), "yuv444p"),
    "x_160x120_16bit.rgb": NameGuess((160, 120), "rgb48le"),
    "x_160x120_rgb_10bit.raw": NameGuess((160, 120), "gbrp10le"),
    "my_gray_cat_160x120.yuv": NameGuess((160, 120)),
    "x_160x120_300.yuv": NameGuess((160, 120)),
    "x_160x120_001.yuv": NameGuess((160, 120)),
    "plain.yuv": NameGuess(),
    "holiday2024.yuv": NameGuess(),
    "0x0_1234567x12.yuv": NameGuess(),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_name_says(name: str) -> None:
    assert guess_from_name(f"/some/1280x720/folder_30fps/{name}") == NAMES[name]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", Fraction(25)),
        ("29.97", NTSC),
        ("23,976", Fraction(24000, 1001)),
        ("30000/1001", NTSC),
        ("12.5", Fraction(25, 2)),
        ("0", None),
        ("-5", None),
        ("1e9", None),
        ("1/0", None),
        ("fast", None),
    ],
)
def test_rates(text: str, rate: Fraction | None) -> None:
    assert exact_rate(text) == rate


def test_any_name_can_be_read() -> None:
    """Names thrown together from what the patterns look for: a guess is one that exists, or nothing."""
    chance = random.Random(4)
    words = ["1920x1080", "0x0", "99999x99999", "9b", "10bit", "420", "444", "422", "packed", "yuv", "rgb", "gbrap",
             "p010", "nv12", "60", "60fps", "0fps", "1080p50", "cif", "4k", "gray16be", "yuva420p16le", "é", "%d", "..",
             "16bpp", "12", "le", "411p14"]  # fmt: skip
    formats = set(pixel_formats())
    for _ in range(3000):
        name = chance.choice("_-. x").join(chance.choices(words, k=chance.randrange(7)))
        guess = guess_from_name(f"{name}.{chance.choice(['yuv', 'rgb', 'nv12', 'raw', '444'])}")
        assert guess.size is None or min(guess.size) > 0
        assert guess.rate is None or 0 < guess.rate <= 1000
        if guess.pix_fmt is not None and guess.pix_fmt not in formats:
            with pytest.raises(ValueError, match="there are no pictures"):
                picture_bytes(guess.pix_fmt, 16, 16)


# Files


@pytest.mark.parametrize(
    "pix_fmt",
    [
        "yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10be", "yuv444p16le", "nv12", "nv21", "p010le",
        "yuyv422", "uyvy422", "y210le", "gray", "gray16le", "rgb24", "bgra", "gbrp", "gbrp12le", "rgb48le", "rgb565le",
        "rgba64be", "monow", "yuva420p", "x2rgb10le",
    ],
)  # fmt: skip
def test_pictures_come_back_as_they_were_written(tmp_path: Path, opened: list[Source], pix_fmt: str) -> None:
    """Of an odd size, where rows are easily counted wrongly."""
    width, height, count = 31, 17, 5
    each = picture_bytes(pix_fmt, width, height)
    content = random.Random(pix_fmt).randbytes(each * count)
    path = tmp_path / "plain.bin"
    path.write_bytes(content)
    source = open_source(str(path), input=Input("rawvideo", (width, height), pix_fmt, Fraction(50)))
    opened.append(source)
    pictures = read_all(source)
    assert [(each.index, each.pts, each.time_s) for each in pictures] == [(n, n, n / 50) for n in range(count)]
    assert all(picture.key for picture in pictures)
    for number, picture in enumerate(pictures):
        assert picture.frame.format.name == pix_fmt
        assert b"".join(plane_bytes(picture.frame)) == content[number * each : (number + 1) * each]
    assert source.remark == ""


def test_every_pixel_format_has_a_size() -> None:
    assert len(pixel_formats()) > 200
    assert {"yuv420p", "p010le", "rgb24"} <= set(pixel_formats())
    assert not {"cuda", "vaapi", "drm_prime"} & set(pixel_formats())
    assert RawFormat(1920, 1080, "yuv420p10le").picture_bytes == 1920 * 1080 * 3


def test_the_name_tells_everything(tmp_path: Path, opened: list[Source]) -> None:
    source = open_source(str(write_raw(tmp_path / "counting_160x120_29.97fps_nv12.yuv", 4, "nv12")))
    opened.append(source)
    assert source.info.tracks[0].details == "160x120 29.97 fps nv12"
    assert source.info.duration_s == pytest.approx(float(4 / NTSC), abs=1e-6)
    assert [picture.frame.format.name for picture in read_all(source)] == ["nv12"] * 4


def test_options_go_before_the_name(tmp_path: Path, opened: list[Source]) -> None:
    path = write_raw(tmp_path / "counting_64x64_50fps.yuv", 3, "yuv444p")
    source = open_source(str(path), input=Input(size=SIZE, pix_fmt="yuv444p", rate=Fraction(10)))
    opened.append(source)
    assert source.info.tracks[0].details == "160x120 10 fps yuv444p"


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p"])
def test_where_the_name_tells_no_format_the_length_does(tmp_path: Path, opened: list[Source], pix_fmt: str) -> None:
    source = open_source(str(write_raw(tmp_path / "counting_160x120.yuv", 5, pix_fmt)))
    opened.append(source)
    assert read_all(source)[0].frame.format.name == pix_fmt


@pytest.mark.parametrize("rest", [1, 28_799])
def test_a_last_picture_that_is_cut_short_is_left_out_and_said(tmp_path: Path, opened: list[Source], rest: int) -> None:
    source = open_source(str(write_raw(tmp_path / "cut_160x120_yuv420p.yuv", 3, rest=b"x" * rest)))
    opened.append(source)
    assert len(read_all(source)) == 3
    assert source.container.streams.video[0].duration == 3
    assert f"the last {rest} of 28800 bytes are left out" in source.remark


def test_a_seek_reads_no_more_than_it_must(tmp_path: Path, opened: list[Source]) -> None:
    source = open_source(str(write_raw(tmp_path / "counting_160x120_yuv420p.yuv", 40)))
    opened.append(source)
    stream = source.container.streams.video[0]
    for target in (30, 0, 39, 7, 1000, -5):
        source.seek(target, stream)
        packet = next(source.container.demux(stream))
        assert packet.pts == min(39, max(0, target))


REFUSALS: dict[str, tuple[Input, str]] = {
    "none.yuv": (Input(), "does not tell the size"),
    "none.bin": (Input("rawvideo"), "does not tell the size"),
    "none.raw": (Input(), "does not tell the size"),
    "a_160x120_yuv420p.yuv": (Input(size=(320, 240)), "less than one picture of 320x240 yuv420p, which takes 115200"),
    "b_160x120.yuv": (Input(pix_fmt="cuda"), "no raw pictures of 160x120 cuda"),
    "c_160x120.yuv": (Input(pix_fmt="yuv999p"), "no raw pictures of 160x120 yuv999p"),
    "d_99999x99999_yuv420p.yuv": (Input(), "larger than 268435456 pixels"),
    "e_16384x16384_yuv444p16le.yuv": (Input(), "no raw pictures of 16384x16384 yuv444p16le"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_wrong_is_said(tmp_path: Path, name: str) -> None:
    given, words = REFUSALS[name]
    with pytest.raises(OpenError, match=words) as refusal:
        open_source(str(write_raw(tmp_path / name, 1)), input=given)
    assert isinstance(refusal.value, RawFormatNeededError) == ("tell" in words)


def test_an_empty_file_and_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "empty_160x120.yuv").write_bytes(b"")
    with pytest.raises(OpenError, match="its 0 bytes are less than one picture"):
        open_source(str(tmp_path / "empty_160x120.yuv"))
    with pytest.raises(OpenError, match="no such file"):
        open_source(str(tmp_path / "gone_160x120.yuv"))


def test_a_media_file_is_not_raw_unless_asked(tmp_path: Path, opened: list[Source]) -> None:
    assert not is_raw_name("/raw.yuv/film_160x120.mkv")
    path = write_raw(tmp_path / "counting_160x120_yuv420p.mkv", 2)
    with pytest.raises(OpenError, match="damaged or not a media file"):
        open_source(str(path))
    with pytest.raises(OpenError, match="damaged or not a media file"):
        open_source(str(path), input=Input(size=SIZE))
    source = open_source(str(path), input=Input("rawvideo"))
    opened.append(source)
    assert len(read_all(source)) == 2


def test_what_is_called_raw_may_be_anything(tmp_path: Path, clips: Clips, opened: list[Source]) -> None:
    path = tmp_path / "sound.raw"
    path.write_bytes(clips("cfr").path.read_bytes())
    source = open_source(str(path))
    opened.append(source)
    assert source.info.tracks[0].codec == "h264"


ODD = [
    "subfile,,start,5,end,0,,:x_160x120_yuv420p.yuv",
    "concat:a|b_160x120_yuv420p.yuv",
    "a%03db_160x120_yuv420p.yuv",
    "q' \"\n_160x120_yuv420p.yuv",
]


@pytest.mark.skipif(os.name != "posix", reason="file names as Unix has them")
@pytest.mark.parametrize("name", ODD)
def test_every_name_is_the_name_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Source], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_raw(tmp_path / name, 2)
    source = open_source(name)
    opened.append(source)
    assert len(read_all(source)) == 2


@pytest.mark.skipif(os.name != "posix", reason="FIFOs")
def test_a_fifo_can_be_raw(tmp_path: Path, opened: list[Source]) -> None:
    content = write_raw(tmp_path / "content", 5).read_bytes()
    path = tmp_path / "pipe_160x120_yuv420p.yuv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(content,), name="fifo-writer")
    writer.start()
    source = open_source(str(path))
    opened.append(source)
    pictures = read_all(source)
    writer.join()
    assert len(pictures) == 5
    assert not source.seekable


# The command


def test_the_command_reads_raw_pictures(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Playing without a window, the table of pictures, and checksums: all take the same options."""
    path = str(write_raw(tmp_path / "plain.yuv", 4, rest=b"x"))
    how = ["--size", "160x120", "--pix-fmt", "yuv420p", "--rate", "50"]
    assert main(["--vo", "null", "--ao", "null", "--untimed", path, *how]) == 0
    assert "the last 1 of 28800 bytes are left out" in capfd.readouterr().err
    assert main(["probe", path, "--frames", *how]) == 0
    assert [row.split()[:3] for row in capfd.readouterr().out.splitlines()[1:]] == [
        [str(n), str(n), f"{n / 50:.6f}"] for n in range(4)
    ]
    assert main(["frames", path, "--range", "3:", *how]) == 0
    content = Path(path).read_bytes()
    assert capfd.readouterr().out == f"3,3,{hashlib.md5(content[3 * 28800 : 4 * 28800]).hexdigest()}\n"


@pytest.mark.parametrize("command", [["--vo", "null"], ["probe"], ["frames"]])
def test_the_command_asks_for_what_the_name_does_not_tell(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], command: list[str]
) -> None:
    path = str(write_raw(tmp_path / "plain.yuv", 1))
    assert main([*command, path]) == 2
    said = capfd.readouterr().err.splitlines()
    assert said == [f"overplay: {RawFormatNeededError(path)}"]


# Playing


def test_raw_pictures_play_seek_and_step(tmp_path: Path) -> None:
    path = write_raw(tmp_path / "counting_160x120_25fps_yuv420p.yuv", 50, rest=b"rest")
    with Playing() as playing:
        playing.open_paused(path, OpenOptions(paused=True, framedrop="off"))
        playing.seek(36 / 25)
        playing.seek(8 / 25)
        playing.player.step(3)
        playing.until(lambda: playing.number == 11)
        playing.player.step(-2)
        playing.until(lambda: playing.number == 9)
        assert [number for number in playing.numbers if number in (0, 36, 8)] == [0, 36, 8]
        assert "the last 4 of 28800 bytes" in playing.events_of(Warned)[0].text
        before = len(playing.shown) - 1
        playing.player.play()
        playing.until_over()
        assert playing.numbers[before:] == list(range(9, 50))


def test_a_player_is_told_what_the_name_does_not_say(tmp_path: Path) -> None:
    path = write_raw(tmp_path / "plain.yuv", 3)
    with Playing() as playing:
        playing.open(path)
        failed = playing.until_event(OpenFailed)
        assert isinstance(failed.error, RawFormatNeededError)
        playing.open(path, OpenOptions(paused=True, input=Input(size=SIZE)))
        playing.until_event(FirstPicture)
        assert playing.number == 0
