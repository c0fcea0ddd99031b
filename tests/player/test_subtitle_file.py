"""Subtitle files beside the media file: formats, encodings, times, and what becomes of them in the player."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from player.additions import Choice
from player.errors import OpenError
from player.events import SubtitlesRead, SubtitlesRefused
from player.media.subtitle_file import MAX_BYTES, read_subtitles, to_text
from player.options import OpenOptions
from player.records import Cue
from player.subtitles.external import ExternalCues
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import Playing

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

SRT = "1\n00:00:00,400 --> 00:00:00,800\n<i>Hé</i> there\nyou\n\n2\n00:00:01,000 --> 00:00:01,200\nSecond\n"
VTT = "WEBVTT\n\n00:00.400 --> 00:00.800\n<b>Hé</b> there\nyou\n\n00:01.000 --> 00:01.200\nSecond\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:01.20,Default,,0,0,0,,Second\n"
    "Dialogue: 0,0:00:00.40,0:00:00.80,Default,,0,0,0,,{\\b1}Hé{\\b0} there\\Nyou\n"
)


def spans(cues: tuple[Cue, ...]) -> list[tuple[float, float | None, str]]:
    return [(cue.start_s, cue.end_s, cue.text) for cue in cues]


@pytest.mark.parametrize(("name", "text"), [("a.srt", SRT), ("a.vtt", VTT), ("a.ass", ASS), ("noname", SRT)])
def test_formats(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    read = read_subtitles(str(path))
    assert spans(read.cues) == [(0.4, 0.8, "Hé there\nyou"), (1.0, 1.2, "Second")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes(SRT.encode(encoding))
    assert read_subtitles(str(path)).cues[0].text == "Hé there\nyou"


def test_cyrillic_of_old() -> None:
    words = "1\n00:00:00,400 --> 00:00:00,800\nСъешь ещё этих мягких французских булок\n"
    assert to_text(words.encode("cp1251")) == words


def test_what_says_no_end_ends_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.sub"
    path.write_text("{25}{}First\n{75}{100}Second\n{200}{}Last\n")
    ends = [(cue.text, cue.end_s) for cue in read_subtitles(str(path)).cues]
    first, second, last = ends
    assert first[0] == "First"
    assert first[1] == pytest.approx(75 / 23.976, abs=0.01)
    assert second[1] == pytest.approx(100 / 23.976, abs=0.01)
    assert last[1] is not None
    assert last[1] > 1e6


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.srt").write_bytes(b"")
    (tmp_path / "words.srt").write_text("only words\n")
    with (tmp_path / "large.srt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (tmp_path / "list.srt").write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")
    reasons = {
        "gone.srt": "there is no such file",
        ".": "it is not a subtitle file",
        "empty.srt": "it holds no subtitles that can be read",
        "words.srt": "it holds no subtitles that can be read",
        "list.srt": "it holds no subtitles that can be read",
        "large.srt": "it is too large for a subtitle file",
        "\0": "Cannot open",
    }
    for name, reason in reasons.items():
        with pytest.raises(OpenError, match=reason):
            read_subtitles(str(tmp_path / name) if name != "\0" else "\0")


def test_cues_that_overlap_are_found_by_time() -> None:
    cues = [Cue(0.0, 100.0, "long"), Cue(1.0, 2.0, "a"), Cue(1.0, 3.0, "b"), Cue(5.0, None, "open"), Cue(9.0, 9.5, "c")]
    found = ExternalCues(cues)
    texts = {time_s: [cue.text for cue in found.due(time_s)] for time_s in (-1.0, 0.0, 1.0, 2.0, 4.0, 9.2, 100.0)}
    assert texts == {
        -1.0: [], 0.0: ["long"], 1.0: ["long", "a", "b"], 2.0: ["long", "b"], 4.0: ["long"],
        9.2: ["long", "open", "c"], 100.0: ["open"],
    }  # fmt: skip


def texts_at(playing: Playing, position_s: float) -> list[str]:
    playing.player.seek(position_s)
    playing.until(lambda: not playing.player.snapshot().seeking)
    return [cue.text for cue in playing.player.snapshot().cues]


def test_in_the_player_it_is_a_track_like_the_files(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(SRT)
    with Playing(fake=FakeTime(0.0)) as playing:
        playing.player.open(str(clips("video_only").path), OpenOptions(paused=True))
        playing.until_shown(1)
        ticket = playing.player.add_subtitles(str(path), Choice(title="Mine", language="en"))
        read = playing.until_event(SubtitlesRead)
        playing.until(lambda: playing.player.snapshot().sid == 1)
        assert read.ticket == ticket
        info = playing.player.info
        assert info is not None
        (track,) = info.of_kind("subtitle")
        assert (track.number, track.title, track.language, track.file) == (1, "Mine", "en", str(path))
        assert texts_at(playing, 0.6) == ["Hé there\nyou"]
        assert texts_at(playing, 0.9) == []
        playing.player.set_subtitle_delay(0.2)
        assert texts_at(playing, 0.9) == ["Hé there\nyou"]
        playing.player.cycle("subtitle")
        playing.until(lambda: playing.player.snapshot().sid is None)
        assert texts_at(playing, 0.9) == []
        playing.player.add_subtitles(str(path))
        playing.until(lambda: playing.player.snapshot().sid == 1)
        assert len(playing.player.snapshot().info.of_kind("subtitle")) == 1, "the same file is the same track"  # type: ignore[union-attr]


def test_it_stands_beside_the_files_own_and_counts_from_the_containers_start(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(SRT)
    with Playing(fake=FakeTime(0.0)) as playing:
        options = OpenOptions(paused=True, subtitle_files=(str(path), str(tmp_path / "gone.srt")))
        playing.player.open(str(clips("nonzero_start").path), options)
        playing.until_event(SubtitlesRefused)
        playing.until_shown(1)
        playing.until(lambda: playing.player.snapshot().sid is not None)
        assert playing.player.snapshot().info is not None
        assert texts_at(playing, 0.6) == ["Hé there\nyou"]


def test_a_file_that_is_closed_takes_no_more(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("".join(f"{n}\n00:00:{n % 60:02},000 --> 00:00:{n % 60:02},500\nx\n\n" for n in range(20_000)))
    with Playing(fake=FakeTime(0.0)) as playing:
        playing.player.open(str(clips("video_only").path))
        playing.until_shown(1)
        playing.player.add_subtitles(str(path))
        playing.player.close()
        playing.look()
        assert playing.events_of(SubtitlesRead) == []
