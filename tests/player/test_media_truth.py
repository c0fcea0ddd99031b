"""Real files with ground truth: each shows exactly the pictures its truth counts, or says clearly why it cannot."""

from __future__ import annotations

import gzip

import pytest

from player.events import EndReached, OpenFailed
from player.records import State
from tests.helpers.media import media_names, need_media, truth_of
from tests.helpers.playing import Playing

PICTURES_IN_NEWER_FFMPEG = {"vvc.mp4": 120}
"""Files that FFmpeg 5.1, which the truth comes from, has no decoder for."""


def test_the_shared_media_are_known() -> None:
    need_media("truth.json")
    assert len(media_names()) > 80


@pytest.mark.parametrize("name", media_names())
def test_it_plays_as_its_truth_says(name: str) -> None:
    path, truth = need_media(name), truth_of(name)
    with Playing(untimed=True, numbered=False) as playing:
        playing.open(path)
        over = playing.until_over(limit_s=30.0)
        if truth["expected"].startswith("clean error") and name not in PICTURES_IN_NEWER_FFMPEG:
            assert not isinstance(over, EndReached)
            sentence = str(over.error)
            assert name in sentence
            assert "\n" not in sentence
            assert playing.player.snapshot().state is State.FAILED
            return
        assert isinstance(over, EndReached), str(over.error)
        assert len(playing.shown) == _pictures(name)
        told = _timestamps(name)
        if told is not None:
            assert [shown.time_s for shown in playing.shown] == pytest.approx(told, abs=1e-5)


def test_the_failure_is_the_opening_where_nothing_can_be_opened() -> None:
    path = need_media("zero_bytes.mxf")
    with Playing() as playing:
        playing.open(path)
        over = playing.until_over()
    assert isinstance(over, OpenFailed)
    assert "it is empty" in str(over.error)


def _best(name: str) -> dict[str, object] | None:
    """The video stream that a player picks."""
    truth = truth_of(name)
    index = truth.get("best_video_stream")
    if index is None:
        return None
    return dict(next(stream for stream in truth["streams"] if stream["index"] == index))


def _pictures(name: str) -> int:
    if name in PICTURES_IN_NEWER_FFMPEG:
        return PICTURES_IN_NEWER_FFMPEG[name]
    best = _best(name)
    return 0 if best is None else int(str(best["decoded_frames"]))


def _timestamps(name: str) -> list[float] | None:
    """When each picture is shown, in seconds; None where the file does not tell of every one."""
    best = _best(name)
    table = need_media("pts") / f"{name}.tsv.gz"
    if best is None or best.get("frames_without_pts") != 0 or not table.exists():
        return None
    with gzip.open(table, "rt", encoding="utf-8") as file:
        rows = [line.split("\t") for line in file if not line.startswith("#")]
    return [float(row[2]) for row in rows if int(row[0]) == best["index"]]
