"""The text of a filter graph, read as FFmpeg reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import UsageError
from player.media.graph_text import FilterStep, parse_graph


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", []),
        (" \n", []),
        ("hflip", [FilterStep("hflip")]),
        ("scale=640:-2,hflip", [FilterStep("scale", "640:-2"), FilterStep("hflip")]),
        (" hflip , vflip ", [FilterStep("hflip"), FilterStep("vflip")]),
        ("scale@big=w=640:h=480", [FilterStep("scale", "w=640:h=480", "big")]),
        ("select='gt(n,1)'", [FilterStep("select", "gt(n,1)")]),
        (r"select=gt(n\,1)", [FilterStep("select", "gt(n,1)")]),
        (r"drawtext=text=a\\:b", [FilterStep("drawtext", r"text=a\:b")]),
        (r"drawtext=text='a\:b'", [FilterStep("drawtext", r"text=a\:b")]),
        (r"x=it\'s", [FilterStep("x", "it's")]),
        ("x='  kept  '  ", [FilterStep("x", "  kept  ")]),
        (r"x=kept\  ", [FilterStep("x", "kept ")]),
        ("x=a=b=c", [FilterStep("x", "a=b=c")]),
        ("x='a;[b],c'", [FilterStep("x", "a;[b],c")]),
        ("null=", [FilterStep("null")]),
        ("x=back\\", [FilterStep("x", "back\\")]),
    ],
)
def test_a_chain_is_read(text: str, steps: list[FilterStep]) -> None:
    assert list(parse_graph(text)) == steps


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("split[a];[a]hflip", "link labels"),
        ("[in]hflip", "link labels"),
        ("hflip[out]", "link labels"),
        ("hflip=1]", "link labels"),
        ("hflip;vflip", "single chain"),
        ("sws_flags=bilinear;hflip", "single chain"),
        ("hflip,", "name is missing"),
        (",hflip", "name is missing"),
        ("hflip,,vflip", "name is missing"),
        ("=1", "name is missing"),
        ("@label", "name is missing"),
        ("x='open", "quote is not closed"),
        ("x=\0", "no text"),
        ("x=\udc80", "no text"),
    ],
)
def test_what_is_no_chain_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        parse_graph(text)
    assert str(refusal.value).endswith(".")
    assert "\0" not in str(refusal.value)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12), min_size=1, max_size=3))
def test_everything_can_be_quoted(arguments: list[str]) -> None:
    quoted = ["'" + each.replace("'", r"'\''") + "'" for each in arguments]
    assert [step.arguments for step in parse_graph(",".join("f=" + each for each in quoted))] == arguments


@given(st.text(st.sampled_from("ab=,;:[]'\\ @"), max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        steps = parse_graph(text)
    except UsageError:
        return
    assert all(step.name for step in steps)
