"""Pictures saved over the IPC, and files that need to be told what they are: mpv's names, words and errors."""

from __future__ import annotations

from fractions import Fraction

import pytest

from player.options import Input
from tests.player.test_ipc_client import Desk

INVALID = "invalid parameter"


@pytest.mark.parametrize(
    ("command", "call"),
    [
        (("screenshot",), (None, "shown", False, False)),
        (("screenshot", "subtitles"), (None, "shown", False, False)),
        (("screenshot", "video"), (None, "picture", False, False)),
        (("screenshot", "window"), (None, "window", False, False)),
        (("screenshot-to-file", "/a.png"), ("/a.png", "shown", False, False)),
        (("screenshot-to-file", "/a.png", "video", "yes"), ("/a.png", "picture", False, True)),
        (("overplay/save-picture",), (None, "picture", False, False)),
        (("overplay/save-picture", "/a.png", "displayed", "yes"), ("/a.png", "displayed", True, False)),
        (("overplay/save-picture", "", "picture", "no", "no", 12), (None, "picture", False, False, 12)),
    ],
)
def test_pictures_are_saved(command: tuple[object, ...], call: tuple[object, ...]) -> None:
    desk = Desk()
    desk.host.answer.settle({"filename": "/there.png"})
    assert desk.ask(*command)["data"] == {"filename": "/there.png"}
    assert desk.host.calls == [("save_picture", *call)]


@pytest.mark.parametrize(
    "command",
    [
        ("screenshot", "each-frame"),
        ("screenshot", "video+window"),
        ("screenshot", "everything"),
        ("screenshot-to-file",),
        ("screenshot-to-file", ""),
        ("screenshot-to-file", "a\0.png"),
        ("screenshot-to-file", "/a.png", "video", "perhaps"),
        ("overplay/save-picture", "/a.png", "upside-down"),
        ("overplay/save-picture", "/a.png", "window", "no", "no", 5),
        ("overplay/save-picture", "/a.png", "picture", "no", "no", -2),
    ],
)
def test_what_cannot_be_meant_is_refused(command: tuple[object, ...]) -> None:
    desk = Desk()
    assert desk.error(*command) == INVALID
    assert desk.host.calls == []


def test_the_folder_can_be_told_and_asked() -> None:
    desk = Desk()
    assert desk.get("screenshot-directory") == "/pictures"
    desk.ask("set_property", "screenshot-directory", "/elsewhere")
    assert desk.get("screenshot-directory") == "/elsewhere"


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ("", None),
        ("start=5,volume=3", None),
        ("demuxer=rawvideo,size=64x48,pix-fmt=nv12,rate=29.97",
         Input("rawvideo", (64, 48), "nv12", Fraction(30000, 1001))),
        ({"demuxer": "rawvideo", "demuxer-rawvideo-w": 64, "demuxer-rawvideo-h": 48, "demuxer-rawvideo-fps": 50},
         Input("rawvideo", (64, 48), None, Fraction(50))),
        ({"sequence": "yes", "mf-fps": "24"}, Input(rate=Fraction(24), sequence=True)),
        ({"sequence": True}, Input(sequence=True)),
        ("demuxer=lavf", Input()),
    ],
)  # fmt: skip
def test_a_file_can_be_told_what_it_is(options: object, given: Input | None) -> None:
    desk = Desk()
    desk.host.answer.settle({"playlist_entry_id": 1})
    expected = ("load", "/a.yuv", "replace", -1, *((given,) if given is not None else ()))
    desk.ask("loadfile", "/a.yuv", "replace", -1, options)
    desk.ask("loadfile", "/a.yuv", "replace", options)
    assert desk.host.calls == [expected, expected]


@pytest.mark.parametrize("options", ["size=0x48", "size=64", "pix-fmt=cuda", "rate=fast", "demuxer-rawvideo-w=64"])
def test_what_no_file_can_be_is_refused(options: str) -> None:
    desk = Desk()
    assert desk.error("loadfile", "/a.yuv", "replace", -1, options) == INVALID
    assert desk.host.calls == []
