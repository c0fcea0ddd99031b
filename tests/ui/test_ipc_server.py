"""A running player, driven over its socket: what scripts rely on."""

from __future__ import annotations

import socket
import stat
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.command import overplay
from tests.ui.ipc_kit import Remote, running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clips

FRAME_S = 0.04


def shown_pts(remote: Remote) -> int:
    pts: int = remote.get("overplay/frame/pts")
    return pts


def test_seek_step_pause_observe_and_quit(clips: Clips, tmp_path: Path) -> None:
    clip = clips("cfr")
    assert clip.pts is not None
    with running(tmp_path, clip, "--pause") as player, player.connect() as remote:
        assert stat.S_IMODE(player.path.stat().st_mode) == 0o600
        assert remote.do("client_name") == "ipc_1", "the second to connect"
        remote.until_shown()
        assert remote.get("time-pos") == 0.0
        assert shown_pts(remote) == clip.pts[0]

        remote.do("seek", 1.0, "absolute+exact")
        remote.until("seek")
        remote.until("playback-restart")
        assert remote.get("time-pos") == pytest.approx(1.0)
        assert shown_pts(remote) == clip.pts[25]

        remote.do("observe_property", 1, "time-pos")
        remote.do("observe_property", 2, "overplay/frame")
        remote.until_change("overplay/frame")
        for number in (26, 27, 28):
            remote.do("frame-step")
            assert remote.until_change("time-pos") == pytest.approx(number * FRAME_S)
            following = remote.read()
            assert (following["name"], following["data"]["pts"]) == ("overplay/frame", clip.pts[number])

        remote.do("set_property", "pause", False)
        times = [remote.until_change("time-pos") for _ in range(8)]
        assert times == pytest.approx([(29 + n) * FRAME_S for n in range(8)]), "one change a picture"
        remote.do("set_property", "pause", True)

        remote.do("revert-seek")
        remote.until("playback-restart")
        assert remote.get("time-pos") == pytest.approx(0.0)

        remote.do("quit", 7)
        last = remote.read_to_the_end()
        assert [message["event"] for message in last if message["event"] != "property-change"] == [
            "end-file",
            "shutdown",
        ]
        assert next(message for message in last if message["event"] == "end-file")["reason"] == "quit"
        assert player.end() == 7
        assert not player.path.exists()


def test_files_come_and_go(clips: Clips, tmp_path: Path) -> None:
    first, second = str(clips("cfr")), str(clips("sixty"))
    with running(tmp_path, "--speed", "4", option="--input-ipc-server") as player, player.connect() as remote:
        assert remote.get("idle-active") is True
        assert remote.ask("get_property", "path") == {"error": "property unavailable"}
        remote.do("set_property", "pause", True)

        number = remote.do("loadfile", first)["playlist_entry_id"]
        assert remote.until("start-file")["playlist_entry_id"] == number
        remote.until("file-loaded")
        remote.until("playback-restart")
        assert (remote.get("path"), remote.get("pause")) == (first, True), "a pause stays a pause"
        assert remote.get("track-list/0/type") == "video"

        following = remote.do("loadfile", second, "append")["playlist_entry_id"]
        assert [entry["filename"] for entry in remote.get("playlist")] == [first, second]
        remote.do("set_property", "pause", False)
        assert remote.until("end-file") == {"event": "end-file", "reason": "eof", "playlist_entry_id": number}
        assert remote.until("start-file")["playlist_entry_id"] == following
        remote.do("observe_property", 1, "eof-reached")
        remote.until_change("eof-reached", lambda ended: ended is True)
        assert remote.get("idle-active") is False, "the last picture stays"

        missing = remote.do("loadfile", str(tmp_path / "none.mp4"))["playlist_entry_id"]
        assert remote.until("end-file")["reason"] == "stop"
        assert remote.until("end-file") == {
            "event": "end-file", "reason": "error", "playlist_entry_id": missing, "file_error": "loading failed",
        }  # fmt: skip
        remote.until("idle")

        folder = tmp_path / "empty"
        folder.mkdir()
        assert remote.ask("loadfile", str(folder)) == {"error": "error running command"}

        remote.do("loadfile", first)
        remote.until("playback-restart")
        remote.do("stop")
        assert remote.until("end-file")["reason"] == "stop"
        remote.until("idle")
        assert remote.get("playlist") == []


def test_sound_alone_tells_its_position_calmly(clips: Clips, tmp_path: Path) -> None:
    with running(tmp_path, clips("audio_only"), "--loop", "0") as player, player.connect() as remote:
        remote.until_shown()
        remote.do("observe_property", 1, "time-pos")
        remote.until_change("time-pos")
        times = [remote.until_change("time-pos") for _ in range(6)]
        steps = [later - sooner for sooner, later in pairwise(times) if later > sooner]
        assert len(steps) >= 4
        assert min(steps) > 0.02, "some ten times a second, not at every wake-up"
        assert remote.ask("get_property", "overplay/frame") == {"error": "property unavailable"}
        remote.do("seek", 0.5, "absolute")
        remote.until("playback-restart")


def test_an_mpv_client_from_the_shelf_drives_it(clips: Clips, tmp_path: Path) -> None:
    jsonipc: Any = pytest.importorskip("python_mpv_jsonipc")
    with running(tmp_path, clips("cfr"), "--pause") as player:
        with player.connect() as remote:
            remote.until_shown()
        mpv = jsonipc.MPV(start_mpv=False, ipc_socket=str(player.path))
        try:
            heard = _Heard(mpv)
            mpv.loadfile(str(clips("long_gop")))
            heard.wait("playback-restart")
            assert mpv.path == str(clips("long_gop"))
            assert mpv.pause is True
            mpv.seek(2.0, "absolute+exact")
            heard.wait("playback-restart")
            assert mpv.time_pos == pytest.approx(2.0)
            heard.observe("time-pos")
            mpv.frame_step()
            assert heard.wait_value("time-pos", lambda value: value > 2.0) == pytest.approx(2.02)
            heard.observe("pause")
            mpv.pause = False
            assert heard.wait_value("pause", lambda value: value is False) is False
            mpv.command("set_property", "volume", 40)
            assert mpv.volume == 40.0
            assert mpv.track_list[0]["type"] == "video"
            with pytest.raises(jsonipc.MPVError, match="error accessing property"):
                mpv.path = "x"
            mpv.command("quit", 3)
            assert player.end() == 3
        finally:
            mpv.terminate()


class _Heard:
    """What the client's own thread tells, waited for."""

    def __init__(self, mpv: Any) -> None:
        import queue

        self._mpv = mpv
        self._queue: queue.Queue[tuple[str, object]] = queue.Queue()
        for name in ("playback-restart", "file-loaded"):
            mpv.bind_event(name, lambda message: self._queue.put((message["event"], message)))

    def observe(self, name: str) -> None:
        self._mpv.bind_property_observer(name, lambda name, value: self._queue.put((name, value)))

    def wait(self, name: str) -> object:
        return self.wait_value(name, lambda _value: True)

    def wait_value(self, name: str, fits: Any) -> object:
        while True:
            told, value = self._queue.get(timeout=10.0)
            if told == name and value is not None and fits(value):
                return value


@pytest.mark.parametrize("kind", ["live", "file", "null"])
def test_a_socket_that_cannot_be_is_one_sentence(clips: Clips, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as other:
        if kind == "live":
            other.bind(str(path))
            other.listen()
        else:
            path.write_text("precious")
        output = "null" if kind == "null" else "raster"
        done = overplay("--vo", output, "--ao", "null", "--ipc-server", str(path), str(clips("cfr")))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert path.exists()


def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as former:
        former.bind(str(tmp_path / "socket"))
    with running(tmp_path) as player, player.connect() as remote:
        assert remote.get("idle-active") is True
        assert remote.get("pid") == player.process.pid
        remote.do("quit")
        assert player.end() == 0
    assert not (tmp_path / "socket").exists()
