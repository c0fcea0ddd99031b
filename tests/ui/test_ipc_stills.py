"""The whole way over the socket: raw pictures loaded with options, and the picture on screen saved exactly."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PySide6.QtWidgets import QApplication

from player.ipc.errors import IpcError
from player.media.frame_md5 import plane_bytes
from player.media.still import PngMaker
from player.records import Picture
from tests.helpers.numbered import draw_frame
from tests.ui.ipc_kit import running
from tests.ui.test_stills import a_picture, showing
from tests.ui.window_kit import wait_until
from ui.ipc.shots import Shot, Shots

OPTIONS = "demuxer=rawvideo,size=160x120,pix-fmt=yuv420p10le,rate=25"


def test_a_raw_file_is_loaded_and_its_picture_saved(tmp_path: Path) -> None:
    path = tmp_path / "plain.bin"
    frames = [draw_frame(number, 160, 120, "yuv420p10le") for number in range(30)]
    path.write_bytes(b"".join(b"".join(plane_bytes(frame)) for frame in frames))
    with running(tmp_path) as player:
        with player.connect() as remote:
            remote.do("set_property", "pause", True)
            remote.do("loadfile", str(path), "replace", -1, OPTIONS)
            remote.until("playback-restart")
            remote.do("seek", 12 / 25 + 0.001, "absolute+exact")
            remote.until("playback-restart")
            target = tmp_path / "shot.png"
            answer = remote.do("overplay/save-picture", str(target), "picture", "yes")
            assert answer == {"filename": str(target)}
            assert target.read_bytes() == PngMaker(untagged_601=False).encode(frames[12])
            facts = json.loads((tmp_path / "shot.json").read_text(encoding="utf-8"))
            assert (facts["pts"], facts["time_base"]) == (12, "1/25")
            before = target.read_bytes()
            assert remote.ask("screenshot-to-file", str(target), "video")["error"] == "error running command"
            assert target.read_bytes() == before
            remote.do("screenshot-to-file", str(target), "window", "yes")
            with av.open(str(target)) as window:
                assert window.streams.video[0].width >= 160
            remote.do("set_property", "screenshot-directory", str(tmp_path))
            names = [Path(remote.do("screenshot", "video")["filename"]) for _ in range(2)]
            assert names[0] != names[1]
            assert {name.read_bytes() for name in names} == {before}
            remote.do("observe_property", 7, "overplay/index")
            assert remote.until_change("overplay/index", lambda index: index and index["final"])["count"] == 30
            by_number = tmp_path / "by-number.png"
            remote.do("overplay/save-picture", str(by_number), "picture", "yes", "no", 25)
            assert by_number.read_bytes() == PngMaker(untagged_601=False).encode(frames[25])
            assert json.loads((tmp_path / "by-number.json").read_text(encoding="utf-8"))["ordinal"] == 25
            missing = remote.ask("overplay/save-picture", str(tmp_path / "no.png"), "picture", "no", "no", 30)
            assert missing["error"] == "error running command"
            remote.do("quit")
        assert player.end() == 0
    assert Fraction(facts["time_s"]).limit_denominator(25) == Fraction(12, 25)


@pytest.mark.parametrize("thread", ["this one", "another"])
def test_a_picture_is_saved_by_its_number(qapp: QApplication, tmp_path: Path, thread: str) -> None:
    """From wherever it comes; it is answered when it was read and written, and the one on screen is left alone."""
    asked: list[int] = []

    def fetch(ordinal: int, done: Callable[[Picture | None], None]) -> None:
        asked.append(ordinal)
        picture = a_picture(ordinal) if ordinal < 30 else None
        if thread == "another":
            worker = threading.Thread(target=done, args=(picture,), name="fetch")
            worker.start()
            worker.join()
        else:
            done(picture)

    with showing(qapp, tmp_path) as desk:
        shots = Shots(desk.controller.stills, fetch, contextlib.nullcontext, desk.window)
        answers: list[object] = []
        for ordinal in (25, 30):
            name = str(tmp_path / f"{ordinal}.png")
            shots.save_by_number(Shot(name, "picture", side_file=True, replace=False), ordinal).then(answers.append)
        assert answers == []
        wait_until(lambda: len(answers) == 2, "both are answered")
        assert asked == [25, 30]
        saved = str(tmp_path / "25.png")
        assert [each for each in answers if not isinstance(each, IpcError)] == [{"filename": saved}]
        assert Path(saved).read_bytes() == PngMaker(untagged_601=False).encode(draw_frame(25, 160, 120))
        assert json.loads((tmp_path / "25.json").read_text(encoding="utf-8"))["ordinal"] == 25
