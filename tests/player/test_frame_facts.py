"""What is said of a picture: of all in a list, and of one on a thread; packets, timecodes, side data."""

from __future__ import annotations

import gc
import json
import struct
import sys
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import pytest

from player.cli import probe
from player.media.frame_details import FrameDetails
from player.media.frame_facts import Place, facts_of, place_of, read_details, stream_timecode
from player.media.frame_list import list_facts
from player.media.packet_table import PacketTable
from player.media.picture_maker import PictureMaker
from player.media.source import choose_track, open_source
from player.media.timecode import gop_timecode, s12m_timecode, timecode_at
from player.options import Input
from tests.helpers.clips import Clip, Clips
from tests.helpers.media import need_media

if TYPE_CHECKING:
    from av.video.stream import VideoStream

    from player.records import Picture, Track

NTSC = Fraction(30000, 1001)


def pictures_of(path: object) -> tuple[Track, list[Picture]]:
    source = open_source(str(path))
    try:
        track = choose_track(source, "video", None)
        assert track is not None
        stream = cast("VideoStream", source.container.streams[track.index])
        maker = PictureMaker(stream, start_s=source.start_s)
        found = [maker.make(frame, maker.time_of(frame), 0) for frame in source.container.decode(stream)]
    finally:
        source.close()
    return track, found


@pytest.mark.parametrize("name", ["cfr", "bpyramid", "open_gop", "nonzero_start"])
def test_the_list_tells_where_every_picture_lies_in_the_file(clips: Clips, name: str) -> None:
    clip = clips(name)
    data = Path(str(clip)).read_bytes()
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        truth = {packet.pts: bytes(packet) for packet in container.demux(stream) if packet.size}
    listed = list_facts(str(clip))
    assert [facts["pts"] for facts in listed] == list(clip.pts or ())
    for facts in listed:
        packet = facts["packet"]
        assert packet["size_bytes"] == len(truth[facts["pts"]])
        if packet["position"] is not None and clip.path.suffix == ".mp4":
            begin = packet["position"]
            assert data[begin : begin + packet["size_bytes"]] == truth[facts["pts"]]
    assert {facts["count"] for facts in listed} == {len(listed)}
    keys = [facts["index"] for facts in listed if facts["key"]]
    for facts in listed:
        assert facts["key_index"] == max((key for key in keys if key <= facts["index"]), default=None)


def test_probe_gives_the_same_facts(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    clip = clips("bframes")
    assert probe.run([str(clip), "--json", "--frames"]) == 0
    told = json.loads(capsys.readouterr().out)["pictures"]
    listed = list_facts(str(clip))
    assert len(told) == len(listed) > 0
    for row, facts in zip(told, listed, strict=True):
        assert row | facts == row
        assert row["time"] == facts["time_s"]


class Asker:
    """Asks the thread for details and waits for them."""

    def __init__(self, clip: Clip | str, track: Track, file_input: Input = Input()) -> None:  # noqa: B008  # frozen
        self._came = threading.Semaphore(0)
        self.details = FrameDetails(str(clip), track, file_input, self._came.release)

    def __enter__(self) -> FrameDetails:
        return self.details

    def wait(self) -> None:
        assert self._came.acquire(timeout=10)

    def __exit__(self, *_: object) -> None:
        self.details.ask_to_close()
        self.details.join()


@pytest.mark.parametrize("name", ["cfr", "bpyramid", "interlaced"])
def test_one_picture_is_looked_up_as_the_list_has_it(clips: Clips, name: str) -> None:
    clip = clips(name)
    track, pictures = pictures_of(clip)
    listed = {facts["pts"]: facts["packet"] for facts in list_facts(str(clip))}
    asker = Asker(clip, track)
    with asker as details:
        for place in (len(pictures) - 1, 3, 0, 20):  # backwards and forwards
            assert details.get(pictures[place]) is None
            details.want(pictures[place])
            asker.wait()
            found = details.get(pictures[place])
            assert found is not None
            facts = facts_of(pictures[place], Place(place), found)
            assert facts["packet"] == listed[pictures[place].pts]
            assert facts["packet"] is not None


def test_a_transport_stream_is_searched_from_earlier(clips: Clips) -> None:
    path = need_media("mpeg2_1080p.ts")
    track, pictures = pictures_of(path)
    source = open_source(str(path))
    try:
        table = PacketTable(source, cast("VideoStream", source.container.streams[track.index]))
        for picture in (pictures[-1], pictures[len(pictures) // 2], pictures[1]):
            assert picture.pts is not None
            assert table.find(picture.pts) is not None
        assert table.find(-12345) is None
    finally:
        source.close()


def test_what_has_no_timestamp_has_no_known_packet(clips: Clips) -> None:
    clip = clips("no_pts")
    track, pictures = pictures_of(clip)
    picture = replace(pictures[2], pts=None)
    asker = Asker(clip, track)
    with asker as details:
        details.want(picture)
        asker.wait()
        found = details.get(picture)
        assert found is not None
        assert found.packet is None


def test_a_file_that_is_gone_says_nothing_and_ends(tmp_path: Path, clips: Clips) -> None:
    track, pictures = pictures_of(clips("cfr"))
    with Asker(str(tmp_path / "gone.mp4"), track) as details:
        details.want(pictures[0])
    assert details.get(pictures[0]) is None


def test_without_a_question_no_thread_runs(clips: Clips) -> None:
    track, _ = pictures_of(clips("cfr"))
    with Asker(clips("cfr"), track):
        assert not [each for each in threading.enumerate() if each.name == "details"]


def test_side_data_is_named_without_keeping_the_picture_alive() -> None:
    path = need_media("dvb_sd_interlaced.ts")
    track, pictures = pictures_of(path)
    source = open_source(str(path))
    try:
        clock = stream_timecode(source, cast("VideoStream", source.container.streams[track.index]))
        frame = pictures[0].frame
        holders = sys.getrefcount(frame)
        gc.disable()
        try:
            told = read_details(pictures[0], None, clock)
            assert sys.getrefcount(frame) == holders
            assert frame.side_data is not None
            assert sys.getrefcount(frame) > holders, "the trap is there: PyAV's own way keeps the frame"
        finally:
            gc.enable()
    finally:
        source.close()
    assert "GOP_TIMECODE" in told.side_data
    assert told.timecode_from == "GOP header"


@pytest.mark.parametrize(
    ("start", "ordinal", "rate", "expected"),
    [
        ("01:00:00:00", 0, Fraction(25), "01:00:00:00"),
        ("01:00:00:00", 26, Fraction(25), "01:00:01:01"),
        ("23:59:59:24", 1, Fraction(25), "00:00:00:00"),
        ("00:00:00;00", 1799, NTSC, "00:00:59;29"),
        ("00:00:00;00", 1800, NTSC, "00:01:00;02"),
        ("00:00:00;00", 17981, NTSC, "00:09:59;29"),
        ("00:00:00;00", 17982, NTSC, "00:10:00;00"),
        ("00:00:59;29", 1, NTSC, "00:01:00;02"),
        ("00:00:00:00", 1800, NTSC, "00:01:00:00"),
        ("00:00:00;00", 3600, Fraction(60000, 1001), "00:01:00;04"),
        ("rubbish", 0, Fraction(25), None),
        ("00:00:00:25", 0, Fraction(25), None),
        ("00:99:00:00", 0, Fraction(25), None),
    ],
)
def test_timecodes_count_pictures(start: str, ordinal: int, rate: Fraction, expected: str | None) -> None:
    assert timecode_at(start, ordinal, rate) == expected


def test_every_drop_frame_number_of_an_hour_follows_the_rule() -> None:
    numbers = [
        f"00:{minute:02}:{second:02};{picture:02}"
        for minute in range(60)
        for second in range(60)
        for picture in range(30)
        if not (second == 0 and picture < 2 and minute % 10)
    ]
    for ordinal in [*range(0, len(numbers), 251), *range(1790, 1810), *range(17975, 17990), len(numbers) - 1]:
        assert timecode_at("00:00:00;00", ordinal, NTSC) == numbers[ordinal]


def test_carried_timecodes_are_read() -> None:
    word = 0x01 | 0x59 << 8 | 0x30 << 16 | 0x12 << 24  # hours, minutes, seconds, pictures in decimal nibbles
    assert s12m_timecode(struct.pack("=IIII", 1, word, 0, 0), Fraction(25)) == "01:59:30:12"
    assert s12m_timecode(struct.pack("=IIII", 1, word | 1 << 30, 0, 0), NTSC) == "01:59:30;12"
    assert s12m_timecode(struct.pack("=IIII", 1, word | 1 << 7, 0, 0), Fraction(50)) == "01:59:30:25"
    assert s12m_timecode(struct.pack("=I", 0), Fraction(25)) is None
    assert gop_timecode(struct.pack("=q", 1 << 19 | 2 << 13 | 3 << 6 | 4)) == "01:02:03:04"
    assert gop_timecode(b"") is None


def test_a_timecode_track_counts_on_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "timecode.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.metadata["timecode"] = "10:00:00:24"
        for number in range(5):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert [facts["timecode"] for facts in list_facts(str(path))] == [
        "10:00:00:24", "10:00:01:00", "10:00:01:01", "10:00:01:02", "10:00:01:03",
    ]  # fmt: skip


def test_numbers_come_from_the_picture_or_the_index(clips: Clips) -> None:
    import numpy as np

    from player.media.frame_index import ENTRY, KEY, FrameIndex

    _, pictures = pictures_of(clips("cfr"))
    pts = np.array([picture.pts for picture in pictures], dtype=np.int64)
    flags = np.zeros(len(pts), np.uint8)
    flags[[0, 12]] = KEY | ENTRY
    index = FrameIndex(pts, flags, pictures[0].time_base, final=True)
    assert place_of(pictures[15], index) == Place(15, len(pictures), True, 12)
    assert place_of(replace(pictures[15], index=3), index) == Place(3, len(pictures), True, 0)
    assert place_of(replace(pictures[15], pts=7), index) == Place(None, len(pictures), True, None)
    assert place_of(pictures[15], None) == Place(None)
    facts = facts_of(pictures[15], place_of(pictures[15], index), None)
    assert (facts["from_key"], facts["key_index"], facts["packet"], facts["side_data"]) == (3, 12, None, None)
