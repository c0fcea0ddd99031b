"""Playback and models beside each other: what is worked ahead, what waits for what, and what other pictures do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.analysis.runner import PATIENCE_S
from player.options import OpenOptions
from tests.helpers.watched import SILENT, Watched

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

ONCE = OpenOptions(audio=False)


def played(watched: Watched, clips: Clips, name: str, options: OpenOptions = ONCE) -> list[str]:
    """What was known of each picture as it came on screen, of one that is played to its end."""
    watched.open(clips(name), options)
    states: list[str] = []
    while watched.until_next():
        states.append(watched.as_shown)
    return states


def test_a_quick_model_has_the_boxes_before_the_picture_is_shown(clips: Clips) -> None:
    with Watched(lambda: 0.015, patience_s=0.03) as watched:
        states = played(watched, clips, "cfr")
        assert len(states) == 50
        assert states[3:] == ["exact"] * 47
        assert watched.player.snapshot().dropped_late == 0


def test_a_slow_model_costs_playback_nothing(clips: Clips) -> None:
    with Watched(lambda: 2.0) as watched:
        states = played(watched, clips, "long_gop")
        moments = [shown.at for shown in watched.shown]
    with Watched(lambda: 0.0) as alone:
        alone.player.set_watch(None)
        played(alone, clips, "long_gop")
    assert len(states) == 250
    assert moments == pytest.approx([shown.at for shown in alone.shown])
    assert states.count("stale") > 100


def test_in_sync_no_picture_comes_without_its_boxes(clips: Clips) -> None:
    with Watched(lambda: 0.015) as watched:
        watched.analysis.set_policy("sync")
        states = played(watched, clips, "bframes")
        assert states == ["exact"] * 50


@pytest.mark.parametrize("delay_s", [0.1, 0.5])
def test_in_sync_a_slow_model_drops_pictures_and_keeps_the_pace(clips: Clips, delay_s: float) -> None:
    with Watched(lambda: delay_s) as watched:
        watched.analysis.set_policy("sync")
        began = watched.clock()
        states = played(watched, clips, "long_gop")
        assert set(states) == {"exact"}
        assert 5.0 <= watched.clock() - began < 5.5 + 5 * delay_s
        counts = watched.player.snapshot()
        assert counts.dropped_late + counts.dropped_early == 250 - len(states)
        behind = [shown.at - watched.shown[0].at - (shown.time_s or 0.0) for shown in watched.shown]
        # A run that is under way when the picture is due, and its own: more would add up over the clip's length.
        assert sorted(behind)[len(behind) // 2] < 2.5 * delay_s + 0.06, "it follows the clock"
        assert len(states) >= 0.4 * 5.0 / delay_s, "it goes on all the time"


@pytest.mark.parametrize("options", [OpenOptions(audio=False, framedrop="off"), OpenOptions(audio=False, sync="video")])
def test_in_sync_without_dropping_every_picture_comes(clips: Clips, options: OpenOptions) -> None:
    with Watched(lambda: 0.1) as watched:
        watched.analysis.set_policy("sync")
        assert played(watched, clips, "cfr", options) == ["exact"] * 50


def test_in_sync_a_model_that_does_not_answer_does_not_stop_the_picture(clips: Clips) -> None:
    with Watched(lambda: 1000.0) as watched:
        watched.analysis.set_policy("sync")
        began = watched.clock()
        states = played(watched, clips, "cfr")
        assert set(states) == {"pending"}
        assert watched.clock() - began < PATIENCE_S + 3.0


def test_in_sync_steps_and_seeks_at_rest_do_not_wait(clips: Clips) -> None:
    with Watched(lambda: 0.3) as watched:
        watched.analysis.set_policy("sync")
        watched.open(clips("cfr"), OpenOptions(audio=False, paused=True))
        watched.until_shown(1)
        asked = watched.clock()
        watched.player.step()
        watched.until_shown(2)
        assert watched.clock() - asked < 0.1
        watched.until_exact()
        watched.player.seek(1.0)
        watched.until_settled()
        watched.until_exact()
        watched.player.run(-1)
        watched.until_shown(10)
        watched.player.run(0)
        watched.until_exact()
        watched.player.play()
        watched.until_shown(14)


def test_stepping_back_over_what_was_seen_is_instant(clips: Clips) -> None:
    with Watched(lambda: 0.02) as watched:
        watched.open(clips("bframes"), SILENT)
        watched.until_shown(30)
        watched.player.pause()
        watched.until(lambda: watched.player.snapshot().frame_final)
        watched.until_exact()
        runs = watched.analysis.report()["ran"]
        for _ in range(10):
            before = len(watched.shown)
            watched.player.step(-1)
            watched.until(lambda before=before: len(watched.shown) > before)  # type: ignore[misc]
            assert watched.as_shown == "exact"
        assert watched.analysis.report()["ran"] == runs


def test_another_track_has_pictures_of_its_own(clips: Clips) -> None:
    with Watched(lambda: 0.005) as watched:
        watched.open(clips("tracks"), SILENT)
        for track in (2, 1, 2, 1):
            shown = len(watched.shown)
            watched.until_shown(shown + 20)
            watched.player.select("video", track)
            watched.until(lambda track=track: (watched.number >= 100) == (track == 2))  # type: ignore[misc]
            watched.player.pause()
            watched.until_exact()
            watched.player.step(-1)
            watched.until_exact()
            watched.player.play()
        assert watched.said["exact"] > 40


def test_another_file_has_pictures_of_its_own(clips: Clips) -> None:
    with Watched(lambda: 0.03) as watched:
        for name in ("cfr", "edit_list", "video_only", "cfr"):
            watched.open(clips(name), SILENT)
            shown = len(watched.shown)
            watched.until_shown(shown + 15)
            watched.player.pause()
            watched.until_exact()
            watched.player.step(-2)
            watched.until_exact()
            watched.player.play()
        assert watched.said["exact"] > 40


def test_filters_make_other_pictures_of_the_same(clips: Clips) -> None:
    """Ten pictures on, the filtered picture of a timestamp is another one: `setpts` shifts them."""
    with Watched(lambda: 0.005) as watched:
        watched.open(clips("cfr"), SILENT)
        watched.until_shown(20)
        for chain in ("setpts=PTS+0.4/TB", None, "setpts=PTS+0.4/TB", None):
            watched.player.pause()
            watched.until_exact()
            watched.player.set_filters(chain, None)
            watched.until_settled()
            watched.until_exact()
            shown = len(watched.shown)
            watched.player.play()
            watched.until_shown(shown + 12)
        assert watched.said["exact"] > 40
