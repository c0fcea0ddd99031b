"""One client of the IPC on a fake host: every answer is the one that mpv 0.35 gave to the same line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from player.ipc.client import MAX_OBSERVERS, Client, Values
from player.ipc.commands import Commands
from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Topic
from player.ipc.table import build
from player.records import State
from tests.player.ipc_host import FakeHost

OK = "success"
INVALID = "invalid parameter"
NOT_FOUND = "property not found"
UNAVAILABLE = "property unavailable"
BAD_FORMAT = "unsupported format for accessing property"
NO_ACCESS = "error accessing property"


class Desk:
    """A client, its host and what it was sent."""

    def __init__(self) -> None:
        self.host = FakeHost()
        self.commands = Commands(self.host, build())
        self.sent: list[dict[str, Any]] = []
        self.client = Client("ipc_0", self.commands, lambda line: self.sent.append(json.loads(line)))

    def line(self, line: str) -> list[dict[str, Any]]:
        before = len(self.sent)
        self.client.take(line.encode())
        return self.sent[before:]

    def ask(self, *command: object, **more: object) -> dict[str, Any]:
        replies = self.line(json.dumps({"command": command, "request_id": 1, **more}))
        assert replies, "no answer"
        assert replies[0].pop("request_id") == 1
        return replies[0]

    def error(self, *command: object) -> str:
        answer = self.ask(*command)
        assert answer["error"] == OK or "data" not in answer
        return str(answer["error"])

    def get(self, name: str) -> Any:
        answer = self.ask("get_property", name)
        assert answer["error"] == OK, (name, answer)
        return answer["data"]

    def change(self, topic: Topic = Topic.STATE) -> list[dict[str, Any]]:
        before = len(self.sent)
        self.client.tell_changes(topic, Values(self.commands))
        return self.sent[before:]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ('{"command":["get_property","pause"]}', [{"data": True, "request_id": 0, "error": OK}]),
        ('{"command":["get_property","pause"],"request_id":-7}', [{"data": True, "request_id": -7, "error": OK}]),
        ('{"command":["get_property","pause"],"request_id":1} x', [{"data": True, "request_id": 1, "error": OK}]),
        ('{"command":["get_property"],"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"command":["get_property",5],"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"command":["get_property","pause",1],"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"command":[],"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"command":[5],"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"command":5,"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"command":"get_property pause","request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ("{", [{"request_id": 0, "error": INVALID}]),
        ("{}", [{"request_id": 0, "error": INVALID}]),
        ('[["get_property","pause"]]', []),
        ('"x"', []),
        ("", []),
        ("no such command", []),
        (
            '{"command":{"name":"get_property","property":"pause"},"request_id":1}',
            [{"request_id": 1, "error": INVALID}],
        ),
        ('{"command":{"name":"stop"},"request_id":1}', [{"data": None, "request_id": 1, "error": OK}]),
        ('{"command":{"name":"seek","bogus":5},"request_id":1}', [{"request_id": 1, "error": INVALID}]),
        ('{"command":{"name":"quit"},"async":true}', [{"data": None, "request_id": 0, "error": OK}]),
        ('{"command":{"nme":"stop"},"request_id":1}', [{"request_id": 1, "error": INVALID}]),
    ],
)
def test_lines_and_their_answers(desk: Desk, line: str, answers: list[dict[str, object]]) -> None:
    assert desk.line(line) == answers


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (("nope",), INVALID),
        (("run", "/bin/true"), INVALID),
        (("subprocess",), INVALID),
        (("get_property", "nope"), NOT_FOUND),
        (("set_property", "nope", "x"), NOT_FOUND),
        (("set_property", "path", "x"), NO_ACCESS),
        (("set_property", "track-list/0/id", 3), NO_ACCESS),
        (("set_property", "pause"), INVALID),
        (("set_property", "pause", 1), NO_ACCESS),
        (("set_property", "pause", None), NO_ACCESS),
        (("set_property", "pause", "maybe"), BAD_FORMAT),
        (("set_property", "pause", "yes"), OK),
        (("set_property", "volume", "55"), OK),
        (("set_property", "volume", -5), BAD_FORMAT),
        (("set_property", "speed", 0), BAD_FORMAT),
        (("set_property", "speed", 200), BAD_FORMAT),
        (("cycle", "nope"), FAILED),
        (("add", "nope", 1), FAILED),
        (("cycle", "path"), FAILED),
        (("add", "path", 1), FAILED),
        (("seek",), INVALID),
        (("seek", "x"), INVALID),
        (("seek", True), INVALID),
        (("seek", 1, 2, 3, 4, 5), INVALID),
        (("seek", "5", "absolute+bogus"), INVALID),
        (("seek", "5", "absolute+relative"), INVALID),
        (("seek", "5", "exact+keyframes"), INVALID),
        (("frame-step", 3), INVALID),
        (("loadfile", "/a", "bogus"), INVALID),
        (("loadfile", ""), INVALID),
        (("loadfile", "a\0b"), INVALID),
        (("playlist-remove", 99), FAILED),
        (("playlist-play-index", 99), FAILED),
        (("quit", "x"), INVALID),
        (("observe_property", "1", "pause"), INVALID),
        (("observe_property", 1), INVALID),
        (("unobserve_property", 5), OK),
        (("enable_event", "nope"), INVALID),
        (("enable_event", "all"), OK),
        (("disable_event", "shutdown"), INVALID),
        (("request_log_messages", "bogus"), INVALID),
        (("request_log_messages", "info"), OK),
        (("get_property", "track-list/9/type"), NOT_FOUND),
        (("get_property", "track-list/0/bogus"), NOT_FOUND),
        (("get_property", "track-list/x"), NOT_FOUND),
        (("get_property", "track-list/-1"), NOT_FOUND),
        (("get_property", "pause/x"), NOT_FOUND),
        (("get_property", "video-params/bogus"), NOT_FOUND),
        (("get_property", "sub-text"), UNAVAILABLE),
        (("get_property", "overplay/detections/sense"), NOT_FOUND),
    ],
)
def test_errors_are_mpvs(desk: Desk, command: tuple[object, ...], error: str) -> None:
    assert desk.error(*command) == error


@pytest.mark.parametrize(
    ("command", "call"),
    [
        (("seek", 5), ("seek_by", 5.0, True)),
        (("seek", "-5", "relative+keyframes"), ("seek_by", -5.0, False)),
        (("seek", 5, "absolute"), ("seek", 5.0, True)),
        (("seek", 5, "absolute+exact"), ("seek", 5.0, True)),
        (("seek", 5, "exact+absolute"), ("seek", 5.0, True)),
        (("seek", 5, "absolute", "keyframes"), ("seek", 5.0, False)),
        (("seek", 5, "absolute", "exact"), ("seek", 5.0, True)),
        (("seek", -10, "absolute"), ("seek", 90.0, True)),
        (("seek", 50, "absolute-percent+keyframes"), ("seek", 50.0, False)),
        (("seek", 10, "relative-percent"), ("seek_by", 10.0, True)),
        (("seek", "1:00", "absolute"), ("seek", 60.0, True)),
        (("no-osd", "seek", 5), ("seek_by", 5.0, True)),
        (("set_property", "time-pos", 3), ("seek", 3.0, True)),
        (("set_property", "percent-pos", 50), ("seek", 50.0, True)),
        (("set_property", "chapter", 1), ("seek", 40.0, True)),
        (("set_property", "chapter", -1), ("seek", 0.0, True)),
        (("add", "chapter", 1), ("seek", 40.0, True)),
        (("cycle", "chapter", "down"), ("seek", 0.0, True)),
        (("add", "time-pos", 3), ("seek", 13.0, True)),
        (("set", "time-pos", "0:30"), ("seek", 30.0, True)),
        (("revert-seek",), ("revert_seek", False)),
        (("revert-seek", "mark"), ("revert_seek", True)),
        (("frame-step",), ("step", 1)),
        (("frame-back-step",), ("step", -1)),
        (("playlist-next",), ("play_neighbour", 1, False)),
        (("playlist-prev", "force"), ("play_neighbour", -1, True)),
        (("playlist-remove", "current"), ("remove_entry", None)),
        (("playlist-remove", 1), ("remove_entry", 1)),
        (("playlist-clear",), ("clear_entries",)),
        (("playlist-play-index", "1"), ("play_entry", 1)),
        (("playlist-play-index", "none"), ("stop",)),
        (("set_property", "playlist-pos", 1), ("play_entry", 1)),
        (("set_property", "playlist-pos-1", 1), ("play_entry", 0)),
        (("set_property", "playlist-pos", 77), ("stop",)),
        (("set_property", "aid", 2), ("select", "audio", 2)),
        (("set_property", "aid", "no"), ("select", "audio", None)),
        (("set_property", "aid", False), ("select", "audio", None)),
        (("set_property", "aid", 3), ("select", "audio", None)),
        (("cycle", "audio"), ("select", "audio", 2)),
        (("cycle", "aid", "down"), ("select", "audio", None)),
        (("stop",), ("stop",)),
        (("quit",), ("quit", 0)),
        (("quit", 5), ("quit", 5)),
        (("show-text", "hello", 1000), ("show_text", "hello")),
        (("script-message", "a", "b"), ("broadcast", {"event": "client-message", "args": ["a", "b"]})),
    ],
)
def test_commands_ask_the_host(desk: Desk, command: tuple[object, ...], call: tuple[object, ...]) -> None:
    answer = desk.ask(*command)
    assert answer["error"] == OK
    assert desk.host.calls == [call]
    desk.host.calls.clear()
    if command[0] not in ("set_property",):
        desk.line(" ".join(json.dumps(str(word)) if " " in str(word) else str(word) for word in command))
        assert desk.host.calls == [call], "the same as text"


@pytest.mark.parametrize(
    ("command", "call"),
    [
        (("loadfile", "/a"), ("load", "/a", "replace", -1)),
        (("loadfile", "/a", "append-play", "start=5"), ("load", "/a", "append-play", -1)),
        (("loadfile", "/a", "append", {"start": "5"}), ("load", "/a", "append", -1)),
        (("loadfile", "/a", "insert-next", -1, "start=5"), ("load", "/a", "insert-next", -1)),
        (("loadfile", "/a", "insert-at", 2), ("load", "/a", "insert-at", 2)),
        (("loadlist", "/a.m3u", "append"), ("load", "/a.m3u", "append", -1)),
    ],
)
def test_files_are_answered_when_they_were_taken_up(
    desk: Desk, command: tuple[object, ...], call: tuple[object, ...]
) -> None:
    assert desk.line(json.dumps({"command": command, "request_id": 9})) == []
    assert desk.host.calls == [call]
    assert desk.client.busy
    ready: list[bool] = []
    desk.client.on_ready = lambda: ready.append(desk.client.busy)
    desk.host.answer.settle({"playlist_entry_id": 8})
    assert desk.sent == [{"data": {"playlist_entry_id": 8}, "request_id": 9, "error": OK}]
    assert ready == [False]


def test_an_async_load_holds_nothing_up(desk: Desk) -> None:
    desk.line('{"command":["loadfile","/a"],"request_id":9,"async":true}')
    assert not desk.client.busy
    assert desk.get("pause") is True
    desk.host.answer.settle(IpcError(FAILED))
    assert desk.sent[-1] == {"request_id": 9, "error": FAILED}


def test_values_of_an_open_file(desk: Desk) -> None:
    expected = {
        "time-pos": 10.0, "playback-time": 10.0, "time-remaining": 90.0, "duration": 100.0, "percent-pos": 10.0,
        "volume": 50.0, "mute": False, "speed": 1.0, "eof-reached": False, "seeking": False, "core-idle": True,
        "idle-active": False, "path": "/films/clip.mp4", "filename": "clip.mp4", "filename/no-ext": "clip",
        "media-title": "clip.mp4", "file-format": "mov,mp4", "file-size": 12345, "vid": 1, "aid": 1, "sid": False,
        "chapter": 0, "chapters": 2, "chapter-list/1/title": "Two", "chapter-list/count": 2, "playlist-pos": 0,
        "playlist-count": 2, "playlist/1/filename": "/films/b.mkv", "playlist/0/current": True, "playlist/1/id": 7,
        "track-list/count": 4, "track-list/2/type": "audio", "track-list/2/title": "Commentary",
        "track-list/1/selected": True, "track-list/2/selected": False, "track-list/0/demux-fps": 25.0,
        "audio-params": {
            "samplerate": 48000, "channel-count": 2, "channels": "stereo", "hr-channels": "stereo", "format": "floatp",
        },
        "width": 720, "height": 576, "dwidth": 576, "dheight": 1024,
        "video-params": {
            "pixelformat": "yuv420p", "w": 720, "h": 576, "dw": 1024, "dh": 576, "aspect": 1024 / 576, "par": 64 / 45,
            "colormatrix": "bt.601", "colorlevels": "limited", "rotate": 90,
        },
        "container-fps": 25.0, "estimated-frame-number": 250, "estimated-frame-count": 2500, "hwdec-current": "no",
        "mpv-version": "mpv 0.35.1-overplay-1.2.3", "overplay/stats/shown": 5,
        "overplay/frame": {
            "index": None, "pts": 1000, "time_base": "1/1000", "key": True, "type": "I", "serial": 3, "final": False,
        },
    }  # fmt: skip
    assert {name: desk.get(name) for name in expected} == expected
    assert desk.ask("get_property_string", "time-pos")["data"] == "10.000000"
    assert desk.ask("get_property_string", "sid")["data"] == "no"
    assert desk.ask("get_property_string", "pause")["data"] == "yes"


def test_the_picture_and_its_time_belong_together(desk: Desk) -> None:
    desk.host.shown, desk.host.position = None, None
    for name in ("time-pos", "overplay/frame", "video-params", "width", "percent-pos"):
        assert desk.error("get_property", name) == UNAVAILABLE, name


def test_what_is_unavailable_with_no_file(desk: Desk) -> None:
    names = desk.get("property-list")
    desk.host.become_idle()
    errors = {name: desk.ask("get_property", name)["error"] for name in names}
    assert set(errors.values()) == {OK, UNAVAILABLE}
    there = {name for name, error in errors.items() if error == OK}
    assert {"pause", "volume", "mute", "speed", "idle-active", "playlist", "track-list", "playlist-pos"} <= there
    assert not {"path", "time-pos", "duration", "eof-reached", "filename", "chapters", "seeking"} & there
    assert desk.get("playlist-pos") == -1
    assert desk.get("idle-active") is True
    for command in (("seek", 3), ("frame-step",), ("revert-seek",)):
        assert desk.error(*command) == FAILED
    assert desk.error("set_property", "time-pos", 3) == UNAVAILABLE
    assert desk.error("set_property", "chapter", 0) == UNAVAILABLE
    assert desk.host.calls == []


def test_the_lists_of_names_are_whole(desk: Desk) -> None:
    assert set(desk.get("property-list")) == set(desk.commands.table)
    for command in desk.get("command-list"):
        assert desk.error(command["name"], *[[]] * 9) == INVALID, "known, with too many arguments"
    assert {"name": "seek", "vararg": False}.items() <= desk.get("command-list/1").items()
    assert desk.ask("client_name")["data"] == "ipc_0"
    assert desk.ask("get_time_us")["data"] == 123456
    assert desk.ask("get_version")["data"] == 131072


def test_add_clamps_and_cycle_toggles(desk: Desk) -> None:
    desk.ask("add", "volume", 500)
    assert desk.get("volume") == 130.0
    desk.ask("add", "speed", "-5")
    assert desk.get("speed") == 0.25
    desk.ask("cycle", "pause")
    desk.ask("cycle", "mute", "down")
    assert (desk.get("pause"), desk.get("mute")) == (False, True)
    desk.ask("add", "pause")
    assert desk.get("pause") is True
    desk.ask("cycle", "fullscreen")
    assert desk.host.full_screen is True


def test_observers_hear_the_value_at_once_and_then_changes_only(desk: Desk) -> None:
    replies = desk.line('{"command":["observe_property",3,"volume"],"request_id":1}')
    assert replies == [
        {"request_id": 1, "error": OK},
        {"event": "property-change", "id": 3, "name": "volume", "data": 50.0},
    ]
    assert desk.change() == []
    desk.host.set_volume(60.0)
    assert desk.change() == [{"event": "property-change", "id": 3, "name": "volume", "data": 60.0}]
    assert desk.change() == []
    assert desk.error("unobserve_property", 3) == OK
    desk.host.set_volume(70.0)
    assert desk.change() == []


def test_observers_of_what_there_is_not_hear_so_once(desk: Desk) -> None:
    assert desk.line('{"command":["observe_property",1,"nope"]}')[1:] == [
        {"event": "property-change", "id": 1, "name": "nope"}
    ]
    assert desk.change() == []
    desk.line('{"command":["observe_property_string",2,"time-pos"]}')
    assert desk.sent[-1] == {"event": "property-change", "id": 2, "name": "time-pos", "data": "10.000000"}
    desk.host.become_idle()
    assert desk.change(Topic.STATE | Topic.PICTURE) == [{"event": "property-change", "id": 2, "name": "time-pos"}]


def test_a_picture_is_told_to_those_who_watch_pictures(desk: Desk) -> None:
    for name in ("time-pos", "overplay/frame", "pause"):
        desk.ask("observe_property", 1, name)
    desk.host.position = 10.04
    assert desk.host.shown is not None
    desk.host.shown = replace(desk.host.shown, pts=1040)
    desk.host.set_paused(False)
    assert [change["name"] for change in desk.change(Topic.PICTURE)] == ["time-pos", "overplay/frame"]
    assert desk.client.watches(Topic.PICTURE)
    assert not desk.client.watches(Topic.REPORT)


def test_observers_of_one_client_are_bounded(desk: Desk) -> None:
    for number in range(MAX_OBSERVERS):
        assert desk.error("observe_property", number, "pause") == OK
    assert desk.error("observe_property", 0, "pause") == INVALID


def test_events_can_be_switched_off_and_on(desk: Desk) -> None:
    desk.client.tell({"event": "seek"})
    desk.ask("disable_event", "seek")
    desk.client.tell({"event": "seek"})
    desk.ask("disable_event", "all")
    desk.client.tell({"event": "idle"})
    desk.client.tell({"event": "shutdown"})
    desk.ask("enable_event", "idle")
    desk.client.tell({"event": "idle"})
    assert [message["event"] for message in desk.sent if "event" in message] == ["seek", "shutdown", "idle"]


def test_log_messages_come_from_the_level_asked_for(desk: Desk) -> None:
    desk.client.log("error", "not asked for")
    desk.ask("request_log_messages", "warn")
    desk.client.log("info", "too little")
    desk.client.log("warn", "enough")
    assert [message["text"] for message in desk.sent if message.get("event") == "log-message"] == ["enough\n"]


def test_the_end_is_reached_when_the_player_says_so(desk: Desk) -> None:
    desk.host.now = replace(desk.host.now, state=State.ENDED, paused=False)
    assert desk.get("eof-reached") is True
    assert desk.get("core-idle") is True
    assert desk.get("idle-active") is False


def test_a_subtitle_file_is_answered_when_it_was_read(desk: Desk) -> None:
    assert desk.line('{"command":["sub-add","/a.srt","auto","Mine","de"],"request_id":1}') == []
    assert desk.host.calls == [("add_subtitles", "/a.srt", False, "Mine", "de")]
    before = len(desk.sent)
    desk.host.answer.settle(None)
    assert desk.sent[before:] == [{"data": None, "request_id": 1, "error": OK}]
    assert desk.error("sub-add", "/a.srt", "often") == INVALID
    assert desk.error("set_property", "sub-delay", -1.5) == OK
    assert desk.get("sub-delay") == -1.5
    desk.host.become_idle()
    assert desk.error("sub-add", "/a.srt") == "error running command"
