"""What is played again, over the IPC: mpv's names, words and errors."""

from __future__ import annotations

import pytest

from tests.player.test_ipc_client import BAD_FORMAT, OK, Desk


def test_the_points_are_set_told_and_taken_away() -> None:
    desk = Desk()
    assert (desk.get("ab-loop-a"), desk.get("ab-loop-b")) == ("no", "no")
    assert desk.error("set_property", "ab-loop-a", 1.5) == OK
    assert desk.error("set_property", "ab-loop-b", "0:02.5") == OK
    assert desk.host.now.section == (1.5, 2.5)
    assert (desk.get("ab-loop-a"), desk.get("ab-loop-b")) == (1.5, 2.5)
    desk.ask("set_property", "ab-loop-a", "no")
    assert (desk.get("ab-loop-a"), desk.get("ab-loop-b")) == ("no", 2.5)


def test_the_command_goes_from_point_to_point() -> None:
    desk = Desk()
    seen = []
    for position_s in (10.0, 12.0, 13.0):
        desk.host.position = position_s
        assert desk.error("ab-loop") == OK
        seen.append(desk.host.now.section)
    assert seen == [(10.0, None), (10.0, 12.0), (None, None)]
    desk.host.become_idle()
    assert desk.error("ab-loop") == "error running command"


@pytest.mark.parametrize("name", ["loop-file", "loop", "loop-playlist"])
def test_rounds_in_mpvs_words(name: str) -> None:
    desk = Desk()
    assert desk.get(name) is False
    for given, told in (("inf", "inf"), (3, 3), ("no", False), ("2", 2), (False, False), (True, "inf"), (0, False)):
        assert desk.error("set_property", name, given) == OK
        assert desk.get(name) == told
    assert desk.error("set_property", name, "often") == BAD_FORMAT
    for told in ("inf", False, "inf"):
        assert desk.error("cycle", name) == OK
        assert desk.get(name) == told


def test_only_changes_are_told() -> None:
    desk = Desk()
    desk.line('{"command":["observe_property",3,"ab-loop-b"]}')
    assert desk.change() == []
    desk.host.set_section(None, 4.0)
    assert [message["data"] for message in desk.change()] == [4.0]
    assert desk.change() == []
