"""`overplay frames`: the very pictures, whatever their format, and files that are written whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.cli import frames
from player.errors import OpenError, PlayerError, UsageError
from player.media.color import Depth, color_of, decode_matrix
from player.media.frame_md5 import frame_md5
from player.media.picture_reader import PictureReader
from player.media.png_chunks import read_chunks
from player.media.source import choose_track, open_source
from player.media.still import PngMaker
from tests.helpers.clips import Clips, clip_names
from tests.helpers.command import COMMAND, ROOT, overplay
from tests.helpers.media import MEDIA, media_names, need_media, truth_of
from tests.helpers.numbered import read_number, read_number_from_luma

WIDTH, HEIGHT = 34, 18

# Plane shapes (rows, bytes a row) of a 34 by 18 picture, written down and not computed from the format's description.
FORMATS: dict[str, list[tuple[int, int]]] = {
    "yuv420p": [(18, 34), (9, 17), (9, 17)],
    "yuv411p": [(18, 34), (18, 9), (18, 9)],
    "yuv422p10le": [(18, 68), (18, 34), (18, 34)],
    "yuv444p12le": [(18, 68)] * 3,
    "yuva420p": [(18, 34), (9, 17), (9, 17), (18, 34)],
    "nv12": [(18, 34), (9, 34)],
    "p010le": [(18, 68), (9, 68)],
    "gray": [(18, 34)],
    "gray16le": [(18, 68)],
    "gbrp": [(18, 34)] * 3,
    "gbrpf32le": [(18, 136)] * 3,
    "rgb24": [(18, 102)],
    "bgra": [(18, 136)],
    "rgb48le": [(18, 204)],
    "rgb565le": [(18, 68)],
    "yuyv422": [(18, 68)],
    "uyyvyy411": [(18, 54)],
    "monob": [(18, 5)],
    "pal8": [(18, 34), (1, 1024)],
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_md5_is_of_rows_without_padding(name: str) -> None:
    noise = np.random.default_rng(7)
    frame = av.VideoFrame(WIDTH, HEIGHT, name)
    digest = hashlib.md5()
    for plane, (rows, row_bytes) in zip(frame.planes, FORMATS[name], strict=True):
        pixels = noise.integers(0, 256, size=(rows, row_bytes), dtype=np.uint8)
        padded = np.full(plane.buffer_size, 0xEE, dtype=np.uint8)
        stride = plane.line_size if rows > 1 else row_bytes
        for row in range(rows):
            padded[row * stride : row * stride + row_bytes] = pixels[row]
        plane.update(padded.tobytes())
        digest.update(pixels.tobytes())
    assert frame_md5(frame) == digest.hexdigest()


def lossless(path: Path, codec: str, pixel_format: str, count: int = 4, size: tuple[int, int] = (34, 18)) -> list[str]:
    """Writes `count` noisy pictures with a lossless codec; their md5s, from the arrays they were made of."""
    noise = np.random.default_rng(11)
    md5s = []
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        stream.codec_context.thread_count = 1
        for number in range(count):
            shape = (size[1] * 3 // 2, size[0]) if pixel_format == "yuv420p" else (size[1], size[0], 3)
            picture: NDArray[np.uint8] = noise.integers(0, 256, size=shape, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format=pixel_format)
            frame.pts, frame.time_base = number * 3, Fraction(1, 25)
            output.mux(stream.encode(frame))
            md5s.append(hashlib.md5(picture.tobytes()).hexdigest())
        output.mux(stream.encode(None))
    return md5s


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("a.mkv", "ffv1", "yuv420p"),
        ("a.nut", "rawvideo", "yuv420p"),
        ("a.nut", "rawvideo", "rgb24"),
        ("a.mov", "qtrle", "rgb24"),
    ],
)
def test_md5s_of_known_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, codec: str, pixel_format: str
) -> None:
    """Through the command, from arrays whose md5s need no other program."""
    path = tmp_path / name
    expected = lossless(path, codec, pixel_format)
    assert frames.run([str(path), "--md5"]) == 0
    found = [line.split(",") for line in capsys.readouterr().out.splitlines()]
    assert [int(index) for index, _, _ in found] == list(range(len(expected)))
    assert [md5 for _, _, md5 in found] == expected


def test_bottom_up_pictures_are_read_from_the_top(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows in memory run backwards; the md5 is of the picture as it is seen."""
    path = clips("bottom_up").path
    frames.run([str(path)])
    printed = [line.rsplit(",", 1)[1] for line in capsys.readouterr().out.splitlines()]
    with av.open(str(path)) as container:
        decoded = list(container.decode(video=0))
        assert decoded[0].planes[0].line_size < 0
        # A reformat to the same kind of pixels with the rows the right way round, made by libswscale.
        name = decoded[0].format.name
        other = {"bgr24": "rgb24"}[name]
        upright = [frame.to_ndarray(format=other)[:, :, ::-1].tobytes() for frame in decoded]
    assert printed == [hashlib.md5(picture).hexdigest() for picture in upright]


@pytest.mark.parametrize("name", clip_names())
def test_every_clip_gives_its_pictures_and_timestamps(clips: Clips, name: str) -> None:
    clip = clips(name)
    try:
        source = open_source(str(clip.path))
    except OpenError:
        assert not clip.numbers
        return
    try:
        track = choose_track(source, "video", 1) if source.info.of_kind("video") else None
        if track is None or track.attached or not clip.numbers:
            return
        pictures = [(_number(picture.frame), picture.pts) for picture in PictureReader(source, track)]
    finally:
        source.close()
    numbers = [number for number, _ in pictures if number is not None]
    if clip.complete:
        assert numbers == list(clip.numbers)
        if clip.pts is not None and None not in clip.pts:
            assert [pts for _, pts in pictures] == list(clip.pts)
    else:
        assert set(clip.numbers) <= set(numbers)


def _number(frame: av.VideoFrame) -> int | None:
    try:
        return read_number(frame)
    except ValueError:
        return None


@pytest.mark.parametrize("name", sorted(path.name for path in (MEDIA / "framemd5").glob("*")) or ["none"])
def test_real_files_have_the_md5s_that_ffmpeg_gives(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    stored = need_media(f"framemd5/{name}")
    text = gzip.decompress(stored.read_bytes()).decode() if name.endswith(".gz") else stored.read_text()
    expected = [line.rsplit(",", 1)[1].strip() for line in text.splitlines() if line and not line.startswith("#")]
    frames.run([str(need_media(name.split(".framemd5")[0])), "--vid", "1", "--md5"])
    assert [line.rsplit(",", 1)[1] for line in capsys.readouterr().out.splitlines()] == expected


@pytest.mark.parametrize("name", media_names())
def test_real_files_have_as_many_pictures_as_they_should(name: str) -> None:
    truth = truth_of(name)
    try:
        source = open_source(str(need_media(name)))
    except OpenError:
        return  # test_source says which these are
    try:
        for track in source.info.of_kind("video")[:1]:
            stream = next(each for each in truth["streams"] if each["index"] == track.index)
            newer = truth["pyav_18.1_ffmpeg_8.1"].get("streams", {}).get(str(track.index), {})
            expected = newer.get("frames", stream["decoded_frames"])
            if not expected:
                with pytest.raises(OpenError, match="no complete picture"):
                    list(PictureReader(source, track))
                continue
            stamps = [(picture.pts, picture.time_s) for picture in PictureReader(source, track)]
            assert len(stamps) == expected
            times = [time_s for pts, time_s in stamps if pts is not None]
            if not truth["version_dependent"] and stream.get("first_pts") is not None:
                assert times[0] == pytest.approx(stream["first_pts"], abs=1e-3)
                assert times[-1] == pytest.approx(stream["last_pts"], abs=1e-3)
    finally:
        source.close()


# Choosing


@pytest.mark.parametrize(
    ("arguments", "indices"),
    [
        ([], list(range(50))),
        (["--range", "3:6"], [3, 4, 5]),
        (["--range", ":2"], [0, 1]),
        (["--range", "48:"], [48, 49]),
        (["--range", "48:90"], [48, 49]),
        (["--every", "20"], [0, 20, 40]),
        (["--range", "5:12", "--every", "3"], [5, 8, 11]),
    ],
)
def test_range_and_every(
    clips: Clips, capsys: pytest.CaptureFixture[str], arguments: list[str], indices: list[int]
) -> None:
    frames.run([str(clips("bframes").path), "--csv", *arguments])
    header, *rows = capsys.readouterr().out.splitlines()
    assert header == "index,pts,time,duration,key,type"
    assert [int(row.split(",")[0]) for row in rows] == indices
    assert [int(row.split(",")[1]) for row in rows] == [index * 40 for index in indices]


def test_a_row_says_what_the_picture_is(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    frames.run([str(clips("bframes").path), "--csv", "--range", "0:3"])
    rows = [row.split(",") for row in capsys.readouterr().out.splitlines()[1:]]
    assert rows[0] == ["0", "0", "0.000000", "0.040000", "1", "I"]
    assert [row[5] for row in rows[1:]] == ["B", "B"]


def test_track_two_counts_from_a_hundred(clips: Clips) -> None:
    with frames.open_track(str(clips("tracks").path), 2) as reader:
        assert [read_number(picture.frame) for picture in reader] == list(range(100, 150))


def test_a_json_file_beside_each_picture(tmp_path: Path, clips: Clips) -> None:
    film = clips("bframes").path
    assert frames.run([str(film), "-o", str(tmp_path), "--json", "--range", "10:12"]) == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "000010.json", "000010.png", "000011.json", "000011.png",
    ]  # fmt: skip
    facts = json.loads((tmp_path / "000011.json").read_text(encoding="utf-8"))
    assert (facts["ordinal"], facts["pts"], facts["time_s"]) == (11, 440, 0.44)
    assert facts["file"]["sha256"] == hashlib.sha256(film.read_bytes()).hexdigest()
    with pytest.raises(UsageError, match=r"000010\.png exists"):
        frames.run([str(film), "-o", str(tmp_path), "--json", "--range", "10:12"])


def test_pixels_that_are_not_square_are_said(tmp_path: Path) -> None:
    frames.run([str(need_media("dv_pal_interlaced.mov")), "-o", str(tmp_path), "--range", "0:1"])
    png = (tmp_path / "000000.png").read_bytes()
    shape = next(whole for kind, whole in read_chunks(png) if kind == b"pHYs")
    width, height = (int.from_bytes(shape[8 + place : 12 + place]) for place in (4, 0))
    assert width / height == pytest.approx(59 / 54)


def test_a_picture_past_the_end(clips: Clips) -> None:
    with pytest.raises(UsageError, match="There is no picture 50; the last one is 49"):
        frames.run([str(clips("bframes").path), "--range", "50:60"])


@pytest.mark.parametrize(
    "line",
    [
        "--range 5:5",
        "--range a:b",
        "--range 7",
        "--range -1:2",
        "--every 0",
        "--vid 0",
        "--md5 --csv",
        "--force",
        "--json",
        "",
    ],
)
def test_mistakes(clips: Clips, line: str) -> None:
    path = [str(clips("bframes").path)] if line else []
    with pytest.raises(UsageError, match="overplay frames --help"):
        frames.run([*path, *line.split()])


def test_sound_has_no_frames(clips: Clips) -> None:
    with pytest.raises(OpenError, match="no video"):
        frames.run([str(clips("audio_only").path)])


# PNG


def read_png(path: Path) -> av.VideoFrame:
    decoder = av.CodecContext.create("png", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    return [*decoder.decode(av.Packet(path.read_bytes())), *decoder.decode(None)][0]


def test_pictures_are_written_by_their_ordinals(clips: Clips, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    frames.run([str(clips("bframes").path), "-o", str(folder), "--range", "9:20", "--every", "5"])
    assert sorted(os.listdir(folder)) == ["000009.png", "000014.png", "000019.png"]
    for number in (9, 14, 19):
        png = read_png(folder / f"{number:06d}.png")
        assert png.format.name == "rgb24"
        assert read_number(png) == number


def test_ten_bits_become_sixteen(clips: Clips, tmp_path: Path) -> None:
    frames.run([str(clips("ten_bit").path), "-o", str(tmp_path), "--range", "0:1"])
    assert read_png(tmp_path / "000000.png").format.name == "rgb48be"


def test_nothing_is_overwritten_unless_asked(clips: Clips, tmp_path: Path) -> None:
    there = tmp_path / "000001.png"
    there.write_text("mine")
    arguments = [str(clips("bframes").path), "-o", str(tmp_path), "--range", "0:3"]
    with pytest.raises(UsageError, match=r"000001\.png exists; --force overwrites it"):
        frames.run(arguments)
    assert there.read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == ["000000.png", "000001.png"]
    frames.run([*arguments, "--force"])
    assert len(os.listdir(tmp_path)) == 3
    assert read_number(read_png(there)) == 1


def test_a_folder_that_cannot_be_made(clips: Clips, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PlayerError):
        frames.run([str(clips("bframes").path), "-o", str(tmp_path / "file" / "out")])


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "yuv422p10le", "gray", "gray10le", "rgb24", "gbrp12le"])
@pytest.mark.parametrize("colorspace", [1, 5, 9], ids=["bt709", "bt601", "bt2020"])
@pytest.mark.parametrize("color_range", [1, 2], ids=["limited", "full"])
def test_colours_follow_the_frames_own_matrix_and_range(pixel_format: str, colorspace: int, color_range: int) -> None:
    """Against the arithmetic of player.media.color, on flat pictures: one step of 8 bits at most."""
    for sample in ((81, 90, 240), (145, 54, 34), (41, 240, 110), (180, 128, 128), (60, 128, 128)):
        frame = flat(pixel_format, sample)
        frame.colorspace, frame.color_range = colorspace, color_range
        rgb = PngMaker(untagged_601=False).convert(frame).to_ndarray().astype(float)
        peak = 65535 if rgb.max() > 255 or pixel_format.endswith("le") else 255
        color = color_of(colorspace, color_range, pixel_format, 64, 48)
        bits = frame.format.components[0].bits
        shift = bits - 8
        gray = pixel_format.startswith("gray")
        codes = np.array([value << shift for value in sample]) / ((1 << bits) - 1)
        if pixel_format.startswith(("rgb", "gbr")):
            expected = codes
        else:
            matrix = decode_matrix(color, Depth(bits=bits, storage_bits=bits), gray=gray)
            expected = np.clip((matrix @ [*codes, 1.0])[:3], 0, 1)
        assert np.abs(rgb[24, 32] / peak - expected).max() <= 1.01 / 255


def flat(pixel_format: str, sample: tuple[int, int, int]) -> av.VideoFrame:
    """A 64 by 48 picture of one colour; `sample` holds 8-bit code values (Y, Cb, Cr or R, G, B)."""
    frame = av.VideoFrame(64, 48, pixel_format)
    if pixel_format == "rgb24":
        row = np.zeros(frame.planes[0].line_size, np.uint8)
        row[: 64 * 3] = np.tile(np.array(sample, np.uint8), 64)
        frame.planes[0].update(np.tile(row, 48).tobytes())
        return frame
    order = (1, 2, 0) if pixel_format.startswith("gbr") else (0, 1, 2)
    bits = frame.format.components[0].bits
    for plane, place in zip(frame.planes, order, strict=False):
        value = sample[place] << (bits - 8)
        kind = np.dtype("<u2") if bits > 8 else np.dtype(np.uint8)
        plane.update(np.full(plane.buffer_size // kind.itemsize, value, kind).tobytes())
    return frame


def test_alpha_is_kept() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((8, 8, 4), (200, 100, 50, 77), np.uint8), format="rgba")
    png = PngMaker(untagged_601=False).convert(frame)
    assert png.format.name == "rgba"
    assert png.to_ndarray()[3, 3].tolist() == [200, 100, 50, 77]


def test_a_matrix_that_nobody_can_convert_is_said() -> None:
    frame = av.VideoFrame(16, 16, "yuv444p")
    frame.colorspace = 8  # YCgCo
    with pytest.raises(PlayerError, match="ycgco"):
        PngMaker(untagged_601=False).encode(frame)


def test_a_change_of_size_in_mid_stream(clips: Clips, tmp_path: Path) -> None:
    frames.run([str(clips("resize").path), "-o", str(tmp_path), "--every", "30"])
    sizes = [(png.width, png.height) for png in (read_png(path) for path in sorted(tmp_path.iterdir()))]
    assert sizes == [(160, 120), (240, 180)]


# As a process


def test_progress_is_plain_lines_where_there_is_no_terminal(clips: Clips, tmp_path: Path) -> None:
    run = overplay("frames", str(clips("bframes").path), "-o", str(tmp_path / "out"), "--range", "0:3")
    assert run.returncode == 0
    assert run.stdout == ""
    assert run.stderr.startswith("3 of 3 pictures, ")
    assert "\x1b" not in run.stderr


def test_a_reader_that_has_enough_ends_it_quietly(clips: Clips) -> None:
    with subprocess.Popen(
        [*COMMAND, "frames", str(clips("long_gop").path), "--md5"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"0,")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 0


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_leaves_whole_files_only(tmp_path: Path) -> None:
    path = tmp_path / "long.mkv"
    lossless(path, "ffv1", "yuv420p", count=150, size=(640, 480))
    out = tmp_path / "out"
    with subprocess.Popen(
        [*COMMAND, "frames", str(path), "--csv"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=10)
        assert process.returncode == 130
        assert complaint == b""
    with subprocess.Popen(
        [*COMMAND, "frames", str(path), "-o", str(out)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        while not list(out.glob("*.png")) and process.poll() is None:
            pass
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        assert process.returncode == 130
    written = sorted(out.iterdir())
    assert 0 < len(written) < 150
    assert all(name.suffix == ".png" and read_png(name).width == 640 for name in written)


def test_the_demo_of_the_readme(clips: Clips) -> None:
    """Two commands a script would combine agree with each other."""
    path = str(clips("vfr").path)
    rows = overplay("frames", path, "--csv").stdout.splitlines()[1:]
    facts = json.loads(overplay("probe", path, "--json", "--frames").stdout)
    assert [int(row.split(",")[1]) for row in rows] == [picture["pts"] for picture in facts["pictures"]]
    assert [float(row.split(",")[2]) for row in rows] == pytest.approx(
        [picture["time"] for picture in facts["pictures"]], abs=1e-6
    )


def test_the_number_survives_the_way_through_png(clips: Clips, tmp_path: Path) -> None:
    frames.run([str(clips("ten_bit").path), "-o", str(tmp_path), "--range", "7:8"])
    luma = read_png(tmp_path / "000007.png").to_ndarray(format="gray")
    assert read_number_from_luma(luma) == 7
