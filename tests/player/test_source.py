"""Opening: what is known of a file, whatever it is called, and reading what is no regular file."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest

from player.errors import OpenError, UsageError
from player.media import formats
from player.media.source import Abort, Source, choose_track, open_source, usable_tracks
from player.options import TrackChoice
from player.records import Kind
from tests.helpers.clip_writer import AudioPlan, steady, write
from tests.helpers.clips import Clips
from tests.helpers.media import media_names, need_media, truth_of

posix = pytest.mark.skipif(os.name != "posix", reason="file names and FIFOs as Unix has them")
ODD_NAMES = [
    "http:film.mp4",
    "file:film.mp4",
    "concat:a|b.mp4",
    "pipe:0",
    "subfile,,start,0,end,0,,:film.mp4",
    "-x.mp4",
    "a:b.mp4",
    "%03d.png",
    "two\nlines.mp4",
    "tab\tand 'quotes\".mp4",
    "ümläut 日本.mp4",
    os.fsdecode(b"not utf-8 \xff\xfe.mp4"),
]


@pytest.fixture
def opened() -> Iterator[list[Source]]:
    """Sources put here are closed at the end of the test."""
    sources: list[Source] = []
    yield sources
    for source in sources:
        source.close()


def test_what_is_known_of_a_file(clips: Clips, opened: list[Source]) -> None:
    path = str(clips("tracks").path)
    source = open_source(path)
    opened.append(source)
    info = source.info
    assert (info.path, info.format, info.seekable) == (path, "matroska,webm", True)
    assert info.duration_s == pytest.approx(2.0, abs=0.05)
    assert info.size_bytes == os.path.getsize(path)
    assert [(track.kind, track.number, track.codec) for track in info.tracks] == [
        ("video", 1, "h264"),
        ("video", 2, "h264"),
        ("audio", 1, "aac"),
        ("audio", 2, "aac"),
        ("subtitle", 1, "subrip"),
        ("subtitle", 2, "subrip"),
    ]
    assert [track.language for track in info.of_kind("audio")] == ["eng", "fre"]
    assert info.tracks[0].details == "160x120 25 fps yuv420p"
    assert info.tracks[2].details == "48 kHz stereo"
    assert source.has_timestamps
    assert not source.timestamps_jump


def test_start_and_jumping_timestamps_of_a_broadcast(clips: Clips, opened: list[Source]) -> None:
    source = open_source(str(clips("nonzero_start").path))
    opened.append(source)
    assert source.start_s == pytest.approx(10.0, abs=0.1)
    assert source.timestamps_jump


def test_an_elementary_stream_has_no_timestamps(tmp_path: Path, opened: list[Source]) -> None:
    path = write(tmp_path / "raw.h264", steady(5), container_format="h264")
    source = open_source(str(path))
    opened.append(source)
    assert not source.has_timestamps


def test_no_timestamps_are_made_up(clips: Clips, opened: list[Source]) -> None:
    source = open_source(str(clips("avi").path))
    opened.append(source)
    assert source.container.flags & 0x0001 == 0  # AVFMT_FLAG_GENPTS, which PyAV sets


@posix
@pytest.mark.parametrize("name", ODD_NAMES)
def test_every_name_is_the_name_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Source], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.rename(write(tmp_path / "plain.mkv", steady(2)), name)
    for path in (name, str(tmp_path / name)):
        source = open_source(path)
        opened.append(source)
        assert source.info.path == path
        assert source.info.tracks[0].codec == "h264"


@posix
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_is_not_there_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "film.mp4", steady(2))
    with pytest.raises(OpenError, match="no such file") as refusal:
        open_source(name)
    assert "\n" not in str(refusal.value)


def test_a_name_with_a_zero_byte_is_refused() -> None:
    with pytest.raises(OpenError):
        open_source("film\0.mp4")


@pytest.mark.parametrize(
    ("kind", "choice", "number"),
    [
        ("video", None, 1),
        ("video", 2, 2),
        ("audio", None, 1),
        ("audio", 2, 2),
        ("audio", "fre", 2),
        ("audio", "fra", 2),
        ("audio", "fr", 2),
        ("audio", "EN", 1),
        ("subtitle", "fr", 2),
        ("subtitle", 1, 1),
    ],
)
def test_choosing_a_track(clips: Clips, opened: list[Source], kind: Kind, choice: TrackChoice, number: int) -> None:
    source = open_source(str(clips("tracks").path))
    opened.append(source)
    track = choose_track(source, kind, choice)
    assert track is not None
    assert (track.kind, track.number) == (kind, number)


@pytest.mark.parametrize(
    ("kind", "choice", "words"),
    [
        ("video", 3, "There is no video track 3; there are 2."),
        ("audio", "de", "There is no audio track in 'de'; languages in the file: eng, fre."),
        ("video", "de", "There is no video track in 'de'; languages in the file: none is tagged."),
    ],
)
def test_a_track_that_is_not_there(
    clips: Clips, opened: list[Source], kind: Kind, choice: TrackChoice, words: str
) -> None:
    source = open_source(str(clips("tracks").path))
    opened.append(source)
    with pytest.raises(UsageError) as refusal:
        choose_track(source, kind, choice)
    assert str(refusal.value) == words


def test_no_track_of_a_kind_is_none(clips: Clips, opened: list[Source]) -> None:
    source = open_source(str(clips("video_only").path))
    opened.append(source)
    assert choose_track(source, "audio", None) is None
    assert usable_tracks(source) == source.info.of_kind("video")


def test_sound_without_a_decoder_leaves_the_pictures(tmp_path: Path, opened: list[Source]) -> None:
    whole = write(tmp_path / "whole.mkv", steady(3), AudioPlan(codec="flac"))
    path = tmp_path / "half.mkv"
    path.write_bytes(whole.read_bytes().replace(b"A_FLAC", b"A_NONE", 1))
    source = open_source(str(path))
    opened.append(source)
    assert [track.kind for track in usable_tracks(source)] == ["video"]
    assert choose_track(source, "audio", None) is None
    with pytest.raises(UsageError, match="Audio track 1 cannot be decoded"):
        choose_track(source, "audio", 1)


def test_an_attached_picture_is_marked(clips: Clips, opened: list[Source]) -> None:
    source = open_source(str(clips("cover_flac").path))
    opened.append(source)
    cover = choose_track(source, "video", None)
    assert cover is not None
    assert cover.attached


def test_strings_from_a_file_lose_control_characters(tmp_path: Path, opened: list[Source]) -> None:
    path = tmp_path / "titled.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 64
        output.metadata["title"] = "red \x1b[31malert\x1b[0m\u202e"
        stream.metadata["title"] = "bell\x07"
        output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    source = open_source(str(path))
    opened.append(source)
    assert source.info.title == "red [31malert[0m"
    assert source.info.tracks[0].title == "bell"


def test_pictures_that_are_too_large_are_refused(clips: Clips) -> None:
    path = str(clips("video_only").path)
    with pytest.raises(OpenError, match="larger than 19199 pixels"):
        open_source(path, max_pixels=160 * 120 - 1)
    open_source(path, max_pixels=160 * 120).close()


def test_a_later_picture_that_is_too_large_is_not_decoded(tmp_path: Path, opened: list[Source]) -> None:
    """The limit is the decoder's as well: a stream may grow behind the header."""
    path = tmp_path / "growing.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mjpeg", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
        for number in range(60):
            packet = _jpeg(256 if number == 50 else 64)
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, number, number, Fraction(1, 25)
            output.mux(packet)
    source = open_source(str(path), max_pixels=100 * 100)
    opened.append(source)
    widths = []
    for packet in source.container.demux(source.container.streams.video[0]):
        try:
            widths += [frame.width for frame in packet.decode()]
        except av.FFmpegError:
            continue
    assert widths == [64] * 59


def _jpeg(side: int) -> av.Packet[av.VideoStream]:
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = side, side, "yuvj420p", Fraction(1, 25)
    packets: list[av.Packet[av.VideoStream]] = encoder.encode(av.VideoFrame(side, side, "yuvj420p"))
    return packets[0]


def test_a_duration_that_the_file_is_too_small_for_is_not_believed(tmp_path: Path, opened: list[Source]) -> None:
    whole = write(tmp_path / "whole.mkv", steady(5))
    content = whole.read_bytes()
    place = content.index(b"\x44\x89\x88") + 3  # the Duration element: eight bytes of a double, in milliseconds
    import struct

    path = tmp_path / "lying.mkv"
    path.write_bytes(content[:place] + struct.pack(">d", 1e9) + content[place + 8 :])
    source = open_source(str(path))
    opened.append(source)
    assert source.info.duration_s is None


def test_chapters_count_from_the_start(tmp_path: Path, opened: list[Source]) -> None:
    path = tmp_path / "chapters.mkv"
    with av.open(str(path), "w") as output:
        output.set_chapters(
            [
                {"id": 1, "start": 0, "end": 500, "time_base": Fraction(1, 1000), "metadata": {"title": "One"}},
                {"id": 2, "start": 500, "end": 1000, "time_base": Fraction(1, 1000), "metadata": {}},
            ]
        )
        stream = output.add_stream("mpeg4", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 64
        output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    source = open_source(str(path))
    opened.append(source)
    assert [(each.start_s, each.end_s, each.title) for each in source.info.chapters] == [
        (0.0, 0.5, "One"),
        (0.5, 1.0, ""),
    ]


def test_the_list_of_formats_has_nothing_that_opens_files_or_devices() -> None:
    allowed = set(formats.allowed_formats().split(","))
    assert {
        "mov",
        "mp4",
        "matroska",
        "webm",
        "avi",
        "mpegts",
        "ogg",
        "wav",
        "flac",
        "mp3",
        "gif",
        "png_pipe",
    } <= allowed
    assert not allowed & {"hls", "dash", "concat", "imf", "sdp", "rtsp", "rtp", "sap", "lavfi", "image2", "image2pipe"}
    assert not allowed & {"webm_dash_manifest", "tty", "bin", "vobsub", "alsa", "x11grab", "v4l2", "kmsgrab", "fbdev"}


@pytest.mark.parametrize("name", ["cfr", "tracks", "nonzero_start", "avi", "cover_mp3"])
def test_damage_is_an_open_error_or_nothing(clips: Clips, tmp_path: Path, name: str) -> None:
    """Bytes overwritten at random, most of them where the headers are: no other exception, and nothing left open."""
    whole = clips(name).path.read_bytes()
    chance = random.Random(name)
    path = tmp_path / f"damaged{clips(name).path.suffix}"
    for _ in range(40):
        content = bytearray(whole[: chance.choice([len(whole), chance.randrange(1, len(whole))])])
        for _ in range(chance.choice([1, 5, 30])):
            content[chance.randrange(min(len(content), chance.choice([300, 3000, len(content)])))] = chance.randrange(
                256
            )
        path.write_bytes(content)
        try:
            source = open_source(str(path))
        except OpenError:
            continue
        assert usable_tracks(source)
        source.close()


def test_a_file_with_many_streams_has_the_first_of_them(tmp_path: Path, opened: list[Source]) -> None:
    path = tmp_path / "many.mkv"
    with av.open(str(path), "w") as output:
        streams = [output.add_stream("pcm_s16le", rate=8000) for _ in range(formats.MAX_STREAMS + 50)]
        frame = av.AudioFrame("s16", "mono", 80)
        frame.sample_rate, frame.pts, frame.time_base = 8000, 0, Fraction(1, 8000)
        for stream in streams:
            stream.codec_context.layout = "mono"
        for stream in streams:
            output.mux(stream.encode(frame))
    source = open_source(str(path))
    opened.append(source)
    assert len(source.info.tracks) == formats.MAX_STREAMS


@pytest.mark.parametrize(
    ("codec", "pixels", "name"),
    [("png", "rgb24", "still.png"), ("mjpeg", "yuvj420p", "still.jpg"), ("mjpeg", "yuvj420p", "a%03d.JPEG")],
)
def test_a_single_image_opens(codec: str, pixels: str, name: str, tmp_path: Path, opened: list[Source]) -> None:
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 32, 16, pixels, Fraction(1, 25)
    path = tmp_path / name
    path.write_bytes(bytes(encoder.encode(av.VideoFrame(32, 16, pixels))[0]))
    source = open_source(str(path))
    opened.append(source)
    assert source.info.tracks[0].details.startswith("32x16")


# FIFOs


@posix
def test_a_fifo_is_read_as_it_is_written(clips: Clips, tmp_path: Path, opened: list[Source]) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    content = clips("bframes").path.read_bytes()
    writer = threading.Thread(target=path.write_bytes, args=(content,), name="fifo-writer")
    writer.start()
    source = open_source(str(path))
    opened.append(source)
    assert not source.seekable
    assert source.info.size_bytes is None
    pictures = sum(bool(packet.size) for packet in source.container.demux(source.container.streams.video[0]))
    writer.join()
    assert pictures == 50


@posix
def test_a_writer_that_stops_is_waited_for_until_the_abort(clips: Clips, tmp_path: Path, opened: list[Source]) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    content = clips("bframes").path.read_bytes()
    abort = Abort()
    read: list[int] = []
    holder = os.open(path, os.O_RDWR)  # a writer that stays and never finishes
    feeder = threading.Thread(target=os.write, args=(holder, content[: len(content) // 2]), name="fifo-feeder")
    feeder.start()
    source = open_source(str(path), abort=abort)
    opened.append(source)

    def read_on() -> None:
        read.extend(packet.size for packet in source.container.demux() if packet.size)

    reader = threading.Thread(target=read_on, name="fifo-reader")
    reader.start()
    feeder.join()
    reader.join(0.2)
    assert reader.is_alive()  # it waits for more
    began = time.monotonic()
    abort.set()
    reader.join(2.0)
    assert not reader.is_alive()
    assert time.monotonic() - began < 1.0
    assert read
    os.close(holder)
    abort.close()


@posix
def test_an_abort_ends_the_opening_of_a_fifo(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    abort = Abort()
    abort.set()
    began = time.monotonic()
    with pytest.raises(OpenError, match="stopped"):
        open_source(str(path), abort=abort)
    assert time.monotonic() - began < 1.0
    abort.close()


def test_an_abort_may_be_set_after_it_was_closed() -> None:
    abort = Abort()
    abort.close()
    abort.set()
    abort.close()
    assert abort.is_set()


# The shared media

REFUSED = {"ac4_no_decoder.mp4", "encrypted_clearkey.mp4", "fuzz_crc.ogg", "fuzz_header.m4a", "lfs_pointer.mp4",
           "malformed_free_box.mp4", "zero_bytes.mxf"}  # fmt: skip


@pytest.mark.parametrize("name", media_names())
def test_real_files_open_as_their_manifest_says(name: str, opened: list[Source]) -> None:
    truth = truth_of(name)
    path = str(need_media(name))
    if name in REFUSED:
        with pytest.raises(OpenError):
            open_source(path)
        return
    source = open_source(path)
    opened.append(source)
    video = choose_track(source, "video", None)
    audio = choose_track(source, "audio", None, related_to=video)
    assert (video.index if video else None) == truth["best_video_stream"]
    assert (audio.index if audio else None) == truth["best_audio_stream"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ac4_no_decoder.mp4", "no decoder"),
        ("encrypted_clearkey.mp4", "encrypted"),
        ("lfs_pointer.mp4", "Git LFS pointer"),
        ("malformed_free_box.mp4", "cut short"),
        ("zero_bytes.mxf", "empty"),
        ("fuzz_header.m4a", "damaged"),
    ],
)
def test_real_files_are_refused_in_plain_words(name: str, reason: str) -> None:
    with pytest.raises(OpenError, match=reason):
        open_source(str(need_media(name)))


def test_a_header_that_says_forty_hours_is_not_believed(opened: list[Source]) -> None:
    source = open_source(str(need_media("fragmented_bogus_duration.mp4")))
    opened.append(source)
    assert source.info.duration_s == pytest.approx(1.07, abs=0.1)
