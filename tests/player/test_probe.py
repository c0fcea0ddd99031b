"""`overplay probe`: what a file holds, for people and for programs."""

from __future__ import annotations

import json

import pytest

from player.cli import probe
from player.errors import OpenError, UsageError
from tests.helpers.clips import Clips
from tests.helpers.media import need_media


def facts_of(path: object, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    assert probe.run([str(path), "--json", *options]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def tracks_of(path: object, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    found = facts_of(path, capsys)["tracks"]
    assert isinstance(found, list)
    return found


def test_json_names_container_and_tracks(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    facts = facts_of(clips("tracks"), capsys)
    assert facts["format"] == "matroska,webm"
    assert facts["duration_s"] == pytest.approx(2.0, abs=0.05)
    tracks = facts["tracks"]
    assert isinstance(tracks, list)
    assert [(track["kind"], track["number"], track["language"]) for track in tracks] == [
        ("video", 1, None),
        ("video", 2, None),
        ("audio", 1, "eng"),
        ("audio", 2, "fre"),
        ("subtitle", 1, "eng"),
        ("subtitle", 2, "fre"),
    ]
    assert [track["decoded"] for track in tracks] == [True, True, True, True, None, None]
    assert (tracks[1]["width"], tracks[1]["height"], tracks[1]["rate"]) == (128, 96, "25/1")
    assert (tracks[2]["sample_rate"], tracks[2]["channels"], tracks[2]["layout"]) == (48000, 2, "stereo")


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("rotated", "mirrored", False),
        ("mirrored", "mirrored", True),
        ("interlaced", "interlaced", True),
        ("cfr", "interlaced", False),
        ("cfr", "sample_aspect", "1/1"),
        ("ten_bit", "pixel_format", "yuv420p10le"),
    ],
)
def test_facts_of_pictures(
    clips: Clips, capsys: pytest.CaptureFixture[str], name: str, key: str, value: object
) -> None:
    assert tracks_of(clips(name), capsys)[0][key] == value


def test_a_turn_and_an_aspect_are_told(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert tracks_of(clips("rotated"), capsys)[0]["turns_cw"] in (1, 3)
    assert tracks_of(clips("sample_aspect"), capsys)[0]["sample_aspect"] != "1/1"


def test_untagged_colours_are_guessed_and_say_so(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert tracks_of(clips("cfr"), capsys)[0]["color"] == {
        "matrix": {"value": "bt.601", "from": "guessed"},
        "range": {"value": "limited", "from": "guessed"},
        "primaries": {"value": None, "from": "not tagged"},
        "transfer": {"value": None, "from": "not tagged"},
        "siting": {"value": "left", "from": "guessed"},
    }


def test_tagged_colours_of_a_real_file(capsys: pytest.CaptureFixture[str]) -> None:
    color = tracks_of(need_media("bt2020_pq_10bit.mp4"), capsys)[0]["color"]
    assert isinstance(color, dict)
    assert color["matrix"] == {"value": "bt.2020", "from": "tagged"}
    assert color["transfer"] == {"value": "smpte2084", "from": "tagged"}
    assert color["primaries"] == {"value": "bt2020", "from": "tagged"}


def test_for_people(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    probe.run([str(clips("tracks"))])
    text = capsys.readouterr().out
    assert "  video 1: h264" in text
    assert "160x120, yuv420p, 25 pictures/s" in text
    assert "  audio 2: aac LC fre" in text
    assert "48000 Hz, stereo" in text
    assert "matrix bt.601 (guessed)" in text
    assert "  subtitle 1: subrip eng" in text


def test_a_cover_has_no_rate(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    probe.run([str(clips("cover_mp3"))])
    text = capsys.readouterr().out
    assert "(cover)" in text
    assert "pictures/s" not in text


def test_rows_are_in_presentation_order(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    clip = clips("vfr")
    probe.run([str(clip), "--frames"])
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["index", "pts", "time", "duration", "key", "type"]
    assert clip.pts is not None
    assert [int(row.split()[1]) for row in rows] == list(clip.pts)
    assert [int(row.split()[0]) for row in rows] == list(range(len(clip.numbers)))
    assert rows[0].split()[4:] == ["1", "I"]


def test_a_missing_timestamp_is_a_dash(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    probe.run([str(clips("no_pts")), "--frames"])
    rows = [row.split() for row in capsys.readouterr().out.splitlines()[1:]]
    assert {row[1] for row in rows} == {"-"}
    assert [float(row[2]) for row in rows[:3]] == pytest.approx([0.0, 0.04, 0.08])


def test_real_chapters(capsys: pytest.CaptureFixture[str]) -> None:
    facts = facts_of(need_media("chapters_qt_text.mp4"), capsys)
    chapters = facts["chapters"]
    assert isinstance(chapters, list)
    assert len(chapters) == 3


@pytest.mark.parametrize("name", ["invalid_vp9.webm", "truncated_after_moov.m4b", "fuzz_infloop.m4a"])
def test_a_real_file_of_which_nothing_decodes(name: str) -> None:
    with pytest.raises(OpenError, match="no complete picture or sound"):
        probe.run([str(need_media(name))])


@pytest.mark.parametrize("arguments", [[], ["a.mp4", "b.mp4"], ["a.mp4", "--xml"], ["a.mp4", "--js"]])
def test_mistakes(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match="overplay probe --help"):
        probe.run(arguments)
