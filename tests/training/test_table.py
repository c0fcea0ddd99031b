"""Reading a recipe's tables: every wrong value is told by its key and by what it has to be."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from player.errors import RecipeError
from player.training.table import Table


def table(text: str) -> Table:
    return Table(tomllib.loads(text), "try.toml")


@pytest.mark.parametrize(
    ("text", "ask", "told"),
    [
        ("", lambda each: each.text("name"), "try.toml lacks name, a text"),
        ("name = 3", lambda each: each.text("name"), "has 3 for name, which is to be a text"),
        ("lr = 'big'", lambda each: each.number("lr"), "has 'big' for lr, which is to be a number."),
        ("lr = nan", lambda each: each.number("lr"), "a number"),
        ("lr = true", lambda each: each.number("lr"), "has True for lr"),
        ("lr = 0", lambda each: each.positive("lr"), "a number above 0"),
        ("ema = 1.5", lambda each: each.number("ema", 0, least=0, most=1), "a number from 0 to 1"),
        ("epochs = 1.0", lambda each: each.whole("epochs"), "a whole number from 0"),
        ("epochs = 0", lambda each: each.whole("epochs", least=1), "a whole number from 1"),
        ("flip = 1", lambda each: each.flag("flip", False), "true or false"),
        ("amp = 'half'", lambda each: each.choice("amp", ("off", "fp16")), "one of off, fp16"),
        ("crop = [32]", lambda each: each.wholes("crop", count=2), "a list of 2 whole numbers"),
        ("crop = [32, -4]", lambda each: each.wholes("crop", count=2), "whole numbers from 0"),
        ("mean = [0.5, '']", lambda each: each.numbers("mean", count=2), "a list of 2 numbers"),
        ("freeze = 'conv1'", lambda each: each.texts("freeze", ()), "a list of texts"),
        ("loss = 4", lambda each: each.table("loss"), "has 4 for loss, which is to be a table"),
        ("[loss]\nscale = 'x'", lambda each: each.table("loss").number("scale"), "'x' for loss.scale"),
        ("groups = [3]", lambda each: each.tables("groups"), "an array of tables"),
        ("[[groups]]\nlr = ''", lambda each: each.tables("groups")[0].number("lr"), "'' for groups[0].lr"),
    ],
)
def test_a_wrong_value_is_told_by_its_key(text: str, ask: Callable[[Table], object], told: str) -> None:
    with pytest.raises(RecipeError) as raised:
        ask(table(text))
    assert told in str(raised.value)


def test_values_come_as_what_they_are() -> None:
    read = table("a = 1\nb = [1, 2.5]\nc = 'x'\n[d]\ne = true\n[[f]]\ng = 2")
    assert read.number("a") == 1.0
    assert read.numbers("b", count=2) == (1.0, 2.5)
    assert read.text("c") == "x"
    assert read.table("d").flag("e")
    assert [each.whole("g") for each in read.tables("f")] == [2]
    assert read.whole("missing", 7) == 7
    read.finish()


@pytest.mark.parametrize(("text", "key"), [("momentun = 1", "momentun"), ("[loss]\nscal = 1", "loss.scal")])
def test_a_key_that_nobody_asked_for_is_refused(text: str, key: str) -> None:
    read = table(text)
    read.number("momentum", 0.9)
    read.table("loss").number("scale", 1.0)
    with pytest.raises(RecipeError, match=f"has {key}, which is no key there"):
        read.finish()
