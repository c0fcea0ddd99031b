"""The IPC's lines, requests, texts and values, without a player."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.ipc.budget import SAVED_S, SHARE, TURN_S, Budget
from player.ipc.errors import BAD_FORMAT, INVALID_PARAMETER, NO_ACCESS, IpcError
from player.ipc.lines import Lines, LineTooLongError
from player.ipc.messages import Request, TextCommand, check_path, encode, event, read_line, reply
from player.ipc.text import split_commands
from player.ipc.values import Choice, Flag, Flags, Number, Text, Time, Value, Whole, to_text
from tests.helpers.fake_time import FakeTime


def taken(lines: Lines) -> list[bytes]:
    found = []
    while (line := lines.take()) is not None:
        found.append(line)
    return found


@given(st.lists(st.binary().map(lambda raw: raw.replace(b"\n", b""))), st.lists(st.integers(0, 300)))
def test_lines_come_whole_however_they_are_cut(sent: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(line + b"\n" for line in sent) + b"unfinished"
    lines = Lines()
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for begin, end in pairwise(edges):
        lines.feed(stream[begin:end])
    assert taken(lines) == sent


@given(st.text().filter(lambda text: "\n" not in text))
def test_utf8_may_be_cut_within_a_character(text: str) -> None:
    lines = Lines()
    for byte in text.encode("utf-8", "replace") + b"\n":
        lines.feed(bytes([byte]))
    assert taken(lines) == [text.encode("utf-8", "replace")]


@given(st.integers(1, 40), st.lists(st.integers(1, 20), min_size=1))
def test_a_line_over_the_limit_is_refused_whatever_its_pieces(limit: int, sizes: list[int]) -> None:
    lines = Lines(limit)
    fed = 0
    for size in sizes:
        fed += size
        if fed > limit:
            with pytest.raises(LineTooLongError):
                lines.feed(b"x" * size)
            return
        lines.feed(b"x" * size)
    lines.feed(b"\n")
    assert taken(lines) == [b"x" * fed]


def test_a_line_of_the_limit_passes_and_one_longer_does_not() -> None:
    lines = Lines(4)
    lines.feed(b"1234\n12")
    assert taken(lines) == [b"1234"]
    with pytest.raises(LineTooLongError):
        lines.feed(b"345\n")


@pytest.mark.parametrize("number", [0, 5, -7, 1 << 70, "abc", 5.5, None, True])
def test_the_request_id_comes_back_as_it_was(number: object) -> None:
    asked = read_line(json.dumps({"command": ["x"], "request_id": number}).encode())
    assert asked == Request(["x"], number)
    assert json.loads(reply(number)) == {"request_id": number, "error": "success"}


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b'{"command":',
        b"{]",
        b'{"a": NaN}',
        b"[" * 10,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"\xff":',
    ],
)
def test_what_is_no_json_is_answered_or_a_text_command(line: bytes) -> None:
    asked = read_line(line)
    if line.startswith(b"{"):
        assert isinstance(asked, Request)
        assert asked.error == INVALID_PARAMETER
        assert asked.request_id == 0
    else:
        assert isinstance(asked, TextCommand)


@given(st.binary(max_size=200))
def test_no_line_raises(line: bytes) -> None:
    read_line(line.replace(b"\n", b""))
    read_line(b"{" + line.replace(b"\n", b""))


def test_empty_lines_and_comments_are_nothing() -> None:
    assert read_line(b"") is read_line(b" \t\r") is read_line(b"# seek 5") is None


def test_what_stands_behind_the_object_is_not_looked_at() -> None:
    assert read_line(b'  {"command":["stop"],"async":true} trailing') == Request(["stop"], 0, True)


def test_file_names_that_are_not_utf8_go_both_ways() -> None:
    asked = read_line(b'{"command":["loadfile","/films/\xff\xfe.mp4"]}')
    assert isinstance(asked, Request)
    assert isinstance(asked.command, list)
    assert check_path(asked.command[1]).encode("utf-8", "surrogateescape") == b"/films/\xff\xfe.mp4"
    assert encode(event("x", path=asked.command[1])) == b'{"event":"x","path":"/films/\xff\xfe.mp4"}\n'


@pytest.mark.parametrize("path", ["", "a\0b", "\ud800"])
def test_what_no_system_call_takes_is_no_path(path: str) -> None:
    with pytest.raises(IpcError, match=INVALID_PARAMETER):
        check_path(path)
    assert json.loads(encode({"path": path})) == {"path": path}


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("seek 5 absolute", [["seek", "5", "absolute"]]),
        ("  cycle\tpause  # comment", [["cycle", "pause"]]),
        ('show-text "a \\"b\\"\\n; c" ; stop', [["show-text", 'a "b"\n; c'], ["stop"]]),
        ("loadfile '/a b/c.mp4' append", [["loadfile", "/a b/c.mp4", "append"]]),
        ('script-message "" x', [["script-message", "", "x"]]),
        (";;", []),
    ],
)
def test_text_commands(text: str, commands: list[list[str]]) -> None:
    assert split_commands(text) == commands


def test_a_quote_without_end_is_no_command() -> None:
    with pytest.raises(IpcError):
        split_commands('show-text "abc')


@given(st.text(max_size=60))
def test_any_text_is_words_or_refused(text: str) -> None:
    try:
        commands = split_commands(text)
    except IpcError:
        return
    assert all(commands)


@pytest.mark.parametrize(
    ("kind", "given_value", "expected"),
    [
        (Flag(), True, True), (Flag(), "no", False),
        (Number(0, 130), 55, 55.0), (Number(0, 130), "5.5", 5.5), (Number(), "-1e3", -1000.0),
        (Whole(), "7", 7), (Whole(), 7.0, 7),
        (Time(), "1:02:03.5", 3723.5), (Time(), "+5", 5.0), (Time(), -5, -5.0),
        (Choice(("no", "auto"), numbers=True), "no", "no"), (Choice(("no",), numbers=True), False, "no"),
        (Choice(("no",), numbers=True), "3", 3), (Text(), 5, "5"), (Text(), True, "yes"),
        (Flags(("a", "b")), "a+b", frozenset("ab")), (Flags(("a", "b")), "", frozenset()),
    ],
)  # fmt: skip
def test_values_are_read_as_mpv_reads_them(kind: Value, given_value: object, expected: object) -> None:
    found = kind.read(given_value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "given_value", "error"),
    [
        (Flag(), 1, NO_ACCESS), (Flag(), None, NO_ACCESS), (Flag(), "maybe", BAD_FORMAT),
        (Number(0, 130), -5, BAD_FORMAT), (Number(0, 130), "x", BAD_FORMAT), (Number(), "nan", BAD_FORMAT),
        (Number(), 10**400, BAD_FORMAT), (Number(), True, NO_ACCESS), (Number(), [], NO_ACCESS),
        (Whole(), 1.5, NO_ACCESS), (Whole(), "9" * 40, BAD_FORMAT), (Whole(), 1 << 40, BAD_FORMAT),
        (Time(), "1:99", BAD_FORMAT), (Choice(("no",)), "yes", BAD_FORMAT), (Choice(("no",)), 3, NO_ACCESS),
        (Flags(("a",)), "a+c", BAD_FORMAT), (Flags(("a",)), 5, NO_ACCESS), (Text(), {}, NO_ACCESS),
        (Value(), "x", NO_ACCESS),
    ],
)  # fmt: skip
def test_values_are_refused_in_mpvs_words(kind: Value, given_value: object, error: str) -> None:
    with pytest.raises(IpcError) as refused:
        kind.read(given_value)
    assert str(refused.value) == error


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (False, "no"), (6.0833333, "6.083333"), (7, "7"), ("a", "a"), ([{"a": 1}], '[{"a":1}]')],
)
def test_values_as_text(value: object, text: str) -> None:
    assert to_text(value) == text


@given(st.floats(0, 130), st.floats(allow_nan=False, allow_infinity=False))
def test_adding_stays_in_the_range(value: float, by: float) -> None:
    kind = Number(0, 130)
    assert 0.0 <= kind.step(value, by, wraps=False) <= 130.0
    assert 0.0 <= kind.step(value, by, wraps=True) <= 130.0


def test_cycling_wraps_and_adding_clamps() -> None:
    kind = Number(0.0, 10.0)
    assert kind.step(9.5, 1.0, wraps=True) == 0.0
    assert kind.step(0.5, -1.0, wraps=True) == 10.0
    assert kind.step(9.5, 1.0, wraps=False) == 10.0
    assert Whole(-1, 3).step(3, 1.0, wraps=True) == -1
    assert Flag().step(False, -1.0, wraps=True) is True
    assert Flag().step(True, -1.0, wraps=False) is False


def test_clients_get_their_share_of_the_time_and_no_more() -> None:
    time = FakeTime(10.0)
    budget = Budget(time)
    worked = 0.0
    waited = 0.0
    while worked + waited < 10.0:
        wait_s = budget.wait_s()
        if wait_s > 0.0:
            time.advance(wait_s)
            waited += wait_s
            continue
        until = budget.begin_turn()
        while not budget.is_over(until):
            time.advance(0.0001)
            worked += 0.0001
        budget.end_turn()
    assert worked == pytest.approx(10.0 * SHARE / (1 + SHARE), rel=0.05)


def test_after_a_rest_a_client_is_served_at_once() -> None:
    time = FakeTime(0.0)
    budget = Budget(time)
    budget.begin_turn()
    time.advance(1.0)
    budget.end_turn()
    assert budget.wait_s() == pytest.approx((1.0 - SAVED_S + TURN_S) / SHARE)
    time.advance(60.0)
    assert budget.wait_s() == 0.0
