"""The whole way over the socket: raw pictures loaded with options, and the picture on screen saved exactly."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av

from player.media.frame_md5 import plane_bytes
from player.media.still import PngMaker
from tests.helpers.numbered import draw_frame
from tests.ui.ipc_kit import running

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
            remote.do("quit")
        assert player.end() == 0
    assert Fraction(facts["time_s"]).limit_denominator(25) == Fraction(12, 25)
