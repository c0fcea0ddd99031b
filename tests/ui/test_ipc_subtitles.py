"""Subtitle files in the running player: added over the IPC and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.ipc_kit import running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clips

SRT = "1\n00:00:00,400 --> 00:00:00,800\nHello\n\n2\n00:00:01,000 --> 00:00:01,200\nSecond\n"


def test_they_come_go_and_are_told(clips: Clips, tmp_path: Path) -> None:
    (tmp_path / "one.srt").write_text(SRT)
    (tmp_path / "two.srt").write_text(SRT.replace("Hello", "Other"))
    (tmp_path / "bad.srt").write_text("only words")
    options = ("--pause", f"--sub-file={tmp_path / 'one.srt'}")
    with running(tmp_path, clips("video_only"), *options) as player, player.connect() as client:
        client.until_shown()
        client.do("observe_property", 1, "sub-text")
        client.until_change("sub-text", lambda text: text == "")
        client.do("seek", 0.6, "absolute+exact")
        assert client.until_change("sub-text", bool) == "Hello"
        assert client.ask("sub-add", str(tmp_path / "bad.srt"))["error"] == "error running command"
        client.do("sub-add", str(tmp_path / "two.srt"), "auto", "Mine", "de")
        tracks = [track for track in client.get("track-list") if track["type"] == "sub"]
        assert [(t["id"], t["external"], t["selected"], t["title"]) for t in tracks] == [
            (1, True, True, "one.srt"), (2, True, False, "Mine"),
        ]  # fmt: skip
        assert tracks[1]["external-filename"] == str(tmp_path / "two.srt")
        client.do("set_property", "sid", 2)
        assert client.until_change("sub-text", bool) == "Other"
        client.do("set_property", "sub-delay", 0.3)
        client.until_change("sub-text", lambda text: text == "")
        assert client.get("sub-visibility") is True
        client.do("observe_property", 2, "sub-visibility")
        client.do("cycle", "sub-visibility")
        assert client.until_change("sub-visibility", lambda shown: shown is False) is False
        client.do("quit")
        assert player.end() == 0
