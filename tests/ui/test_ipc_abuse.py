"""Clients that break off, send nonsense, flood, or do not listen: the pictures go on as if they were not there.

What a busy machine does to the pictures by itself is not known beforehand, and comes and goes: so each misdeed is
measured in turn with the same stretch of playing without it, and one round must show that it costs nothing. A window
that a client holds up loses pictures in every round.
"""

from __future__ import annotations

import json
import select
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from player.ipc.lines import MAX_LINE_BYTES
from tests.ui.ipc_kit import Remote, Running, running
from ui.ipc.connection import MAX_UNREAD_BYTES
from ui.ipc_server import MAX_CLIENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers.clips import Clips

ROUNDS = 8
SLACK_MS = 10.0
"""Half the time of a picture at 50 a second. How short a turn is, `test_ipc_turns` proves without a clock."""
PICTURES = 40


class Cost(NamedTuple):
    """What became of the pictures since the file was opened."""

    dropped: int
    late_p95_ms: float


@contextmanager
def playing(clips: Clips, tmp_path: Path) -> Iterator[tuple[Running, Remote]]:
    """50 pictures a second, over and over, and somebody who watches them come."""
    with running(tmp_path, clips("long_gop"), "--loop", "0") as player, player.connect() as watcher:
        watcher.until_shown()
        watcher.do("observe_property", 1, "time-pos")
        yield player, watcher


def watch(watcher: Remote) -> None:
    """Some pictures come."""
    for _ in range(PICTURES):
        watcher.until_change("time-pos")


def measured(watcher: Remote, act: Callable[[], None]) -> Cost:
    """The file is opened anew, so that its statistics are; `act` is done, and some pictures are watched."""
    watcher.do("playlist-play-index", "current")
    watcher.until("playback-restart")
    act()
    watch(watcher)
    report: dict[str, Any] = watcher.get("overplay/stats")
    return Cost(report["dropped_early"] + report["dropped_late"], report["late_ms"]["p95"])


def untouched(watcher: Remote, misdeed: Callable[[], None], control: Callable[[], None] = lambda: None) -> None:
    """The misdeed costs no picture more than the `control`, and makes none later."""
    without: list[Cost] = []
    beside: list[Cost] = []
    for _ in range(ROUNDS):
        without.append(measured(watcher, control))
        beside.append(measured(watcher, misdeed))
        usual = Cost(min(c.dropped for c in without), min(c.late_p95_ms for c in without))
        if any(c.dropped <= usual.dropped and c.late_p95_ms <= usual.late_p95_ms + SLACK_MS for c in beside):
            return
    raise AssertionError(f"without: {without}; beside it: {beside}")


def test_a_client_that_breaks_off_in_mid_line(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher):

        def break_off() -> None:
            for _ in range(10):
                with player.connect() as other:
                    other.socket.sendall(b'{"command":["set_property","pause",tr')

        untouched(watcher, break_off)
        assert watcher.get("pause") is False


def test_ten_thousand_malformed_lines(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher), player.connect() as other:

        def babble() -> None:
            sender = threading.Thread(target=other.socket.sendall, args=(b'{"command":["get_property",\n' * 10_000,))
            sender.start()
            answers = [other.read_answer() for _ in range(10_000)]
            sender.join()
            assert {json.dumps(answer) for answer in answers} == {'{"request_id": 0, "error": "invalid parameter"}'}

        untouched(watcher, babble)
        assert other.do("client_name"), "it is still served"


def test_a_flood_leaves_others_their_turn(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher):
        line = b'{"command":["get_property","pause"]}\n' * 100

        def flood(flooder: Remote, stop: threading.Event) -> None:
            flooder.socket.setblocking(False)
            while not stop.is_set():
                readable, writable, _ = select.select([flooder.socket], [flooder.socket], [], 1.0)
                if readable:
                    flooder.socket.recv(1 << 16)
                if writable:
                    flooder.socket.send(line)

        def beside_a_flood() -> None:
            stop = threading.Event()
            with player.connect() as flooder:
                thread = threading.Thread(target=flood, args=(flooder, stop))
                thread.start()
                try:
                    watch(watcher)
                    for _ in range(20):
                        watcher.get("pause")
                finally:
                    stop.set()
                    thread.join()

        untouched(watcher, beside_a_flood, lambda: watch(watcher))


def test_a_client_that_does_not_read_is_dropped(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher):
        lines = b'{"command":["get_property","command-list"]}\n' * 20_000
        assert len(lines) * 10 > MAX_UNREAD_BYTES

        def ask_and_not_read() -> None:
            with player.connect() as other, pytest.raises(OSError, match=r"Broken pipe|reset by peer"):
                other.socket.sendall(lines * 100)

        untouched(watcher, ask_and_not_read)


def test_a_line_without_end_drops_its_sender(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher):

        def go_on_and_on() -> None:
            with player.connect() as other, pytest.raises(OSError, match=r"Broken pipe|reset by peer"):
                other.socket.sendall(b"x" * (MAX_LINE_BYTES + (8 << 20)))

        untouched(watcher, go_on_and_on)


def test_two_clients_that_seek_at_once(clips: Clips, tmp_path: Path) -> None:
    """They cost no more than one that seeks as often, and the pictures go on from the last place."""
    with playing(clips, tmp_path) as (player, watcher), player.connect() as one, player.connect() as two:

        def seek_in_turn(*clients: Remote) -> None:
            for target in range(5):
                for client, place in zip(clients, (target / 2, 4.0 - target / 2), strict=True):
                    client.send(json.dumps({"command": ["seek", place, "absolute+exact"]}))
            for client in clients:
                assert client.read_answer()["error"] == "success"
            watcher.events.clear()
            watcher.do("seek", 1.0, "absolute+exact")
            watcher.until("playback-restart")

        untouched(watcher, lambda: seek_in_turn(one, two), lambda: seek_in_turn(one, one))
        assert 1.0 < watcher.get("time-pos") < 4.9


def test_many_clients_are_too_many(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher):

        def come_in_numbers() -> None:
            with ExitStack() as held:
                for _ in range(MAX_CLIENTS - 1):
                    assert held.enter_context(Remote(player.path)).do("client_name")
                with Remote(player.path) as refused, pytest.raises((AssertionError, OSError)):
                    refused.do("client_name")

        untouched(watcher, come_in_numbers)
        with Remote(player.path) as other:
            assert other.do("client_name"), "there is room again"
