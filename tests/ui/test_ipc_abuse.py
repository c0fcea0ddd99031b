"""Clients that break off, send nonsense, flood, or do not listen: the pictures go on as if they were not there."""

from __future__ import annotations

import json
import select
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from player.ipc.lines import MAX_LINE_BYTES
from tests.ui.ipc_kit import Remote, Running, running
from ui.ipc.connection import MAX_UNREAD_BYTES
from ui.ipc_server import MAX_CLIENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.clips import Clips

MAX_DROPPED = 3
LATE_P95_MS = 15.0
"""The bound: three quarters of the time of a picture at 50 a second. A quiet machine stays under 1 ms."""
PICTURES = 40


@contextmanager
def playing(clips: Clips, tmp_path: Path) -> Iterator[tuple[Running, Remote]]:
    """50 pictures a second, over and over, and somebody who watches them come."""
    with running(tmp_path, clips("long_gop"), "--loop", "0") as player, player.connect() as watcher:
        watcher.until_shown()
        watcher.do("observe_property", 1, "time-pos")
        yield player, watcher


def watch(watcher: Remote, pictures: int = PICTURES) -> None:
    """So many pictures come."""
    for _ in range(pictures):
        watcher.until_change("time-pos")


def untouched(watcher: Remote) -> None:
    """Next to nothing was dropped or late so far: a busy machine may cost a picture or two, a held window hundreds."""
    report: dict[str, Any] = watcher.get("overplay/stats")
    assert report["dropped_early"] + report["dropped_late"] <= MAX_DROPPED, report
    assert report["late_ms"]["p95"] < LATE_P95_MS, report["late_ms"]


def test_a_client_that_breaks_off_in_mid_line(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher):
        for _ in range(10):
            with player.connect() as other:
                other.socket.sendall(b'{"command":["set_property","pause",tr')
        watch(watcher)
        untouched(watcher)
        assert watcher.get("pause") is False


def test_ten_thousand_malformed_lines(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher), player.connect() as other:
        sender = threading.Thread(target=other.socket.sendall, args=(b'{"command":["get_property",\n' * 10_000,))
        sender.start()
        answers = [other.read() for _ in range(10_000)]
        sender.join()
        assert {json.dumps(answer) for answer in answers} == {'{"request_id": 0, "error": "invalid parameter"}'}
        assert other.do("client_name"), "it is still served"
        watch(watcher)
        untouched(watcher)


def test_a_flood_leaves_others_their_turn(clips: Clips, tmp_path: Path) -> None:
    stop = threading.Event()
    with playing(clips, tmp_path) as (player, watcher), player.connect() as flooder:
        line = b'{"command":["get_property","pause"]}\n' * 100

        def flood() -> None:
            flooder.socket.setblocking(False)
            while not stop.is_set():
                readable, writable, _ = select.select([flooder.socket], [flooder.socket], [], 1.0)
                if readable:
                    flooder.socket.recv(1 << 16)
                if writable:
                    flooder.socket.send(line)

        thread = threading.Thread(target=flood)
        thread.start()
        try:
            watch(watcher)
            for _ in range(20):
                watcher.get("pause")
            untouched(watcher)
        finally:
            stop.set()
            thread.join()


def test_a_client_that_does_not_read_is_dropped(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher), player.connect() as other:
        lines = b'{"command":["get_property","command-list"]}\n' * 20_000
        assert len(lines) * 10 > MAX_UNREAD_BYTES
        with pytest.raises(OSError, match=r"Broken pipe|reset by peer"):
            other.socket.sendall(lines * 100)
        watch(watcher)
        untouched(watcher)


def test_a_line_without_end_drops_its_sender(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher), player.connect() as other:
        with pytest.raises(OSError, match=r"Broken pipe|reset by peer"):
            other.socket.sendall(b"x" * (MAX_LINE_BYTES + (8 << 20)))
        watch(watcher)
        untouched(watcher)


def test_two_clients_that_seek_at_once(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher), player.connect() as one, player.connect() as two:
        for target in range(5):
            for client, place in ((one, target / 2), (two, 4.0 - target / 2)):
                client.send(json.dumps({"command": ["seek", place, "absolute+exact"]}))
        for client in (one, two):
            answers = [client.read_answer() for _ in range(5)]
            assert {answer["error"] for answer in answers} == {"success"}
        watcher.do("seek", 1.0, "absolute+exact")
        watcher.until("playback-restart")
        watch(watcher)
        assert 1.0 < watcher.get("time-pos") < 4.9
        untouched(watcher)


def test_many_clients_are_too_many(clips: Clips, tmp_path: Path) -> None:
    with playing(clips, tmp_path) as (player, watcher), ExitStack() as held:
        for _ in range(MAX_CLIENTS - 1):
            assert held.enter_context(Remote(player.path)).do("client_name")
        with Remote(player.path) as refused, pytest.raises((AssertionError, OSError)):
            refused.do("client_name")
        held.close()
        watch(watcher)
        with Remote(player.path) as other:
            assert other.do("client_name"), "there is room again"
        untouched(watcher)
