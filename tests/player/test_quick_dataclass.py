"""Our dataclasses behave as the standard library's, and are what playing is built of."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

from player import quick_dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

P = TypeVar("P")


class Named:
    def name(self) -> str:
        return type(self).__name__


def make_point(dataclass: Callable[..., Any], **choices: bool) -> Any:
    @dataclass(slots=True, **choices)
    class Point(Named):
        """Somewhere."""

        x: int
        y: int = 7
        seen: list[int] = dataclasses.field(default_factory=list)
        far = 100

        @property
        def sum(self) -> int:
            return self.x + self.y

    return Point


@pytest.fixture(params=[{"frozen": True}, {"frozen": True, "eq": False}, {}, {"eq": False}], ids=str)
def both(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The standard library's class and ours."""
    return make_point(dataclasses.dataclass, **request.param), make_point(quick_dataclass.dataclass, **request.param)


def outcome(act: Callable[[], object]) -> object:
    """What `act` returns, or the kind of what it raises."""
    try:
        return act()
    except Exception as error:
        return type(error)


def making(kind: Any) -> list[object]:
    return [
        kind.__doc__, kind.__qualname__, kind.__module__, kind.__match_args__, kind.far, kind(1).name(),
        repr(kind(1)), repr(kind(1, seen=[2])), kind(1, 2).sum, hasattr(kind(1), "__dict__"),
        outcome(kind), outcome(lambda: kind(1, 2, [], 4)), outcome(lambda: kind(1, z=2)), outcome(lambda: kind(1).z),
    ]  # fmt: skip


def helping(kind: Any) -> list[object]:
    return [
        dataclasses.is_dataclass(kind), dataclasses.asdict(kind(y=3, x=4)), repr(dataclasses.replace(kind(1), x=5)),
        [(each.name, each.type, each.default) for each in dataclasses.fields(kind)],
    ]  # fmt: skip


def comparing(kind: Any) -> list[object]:
    return [
        kind(1) == kind(1), kind(1) == kind(2), kind(1) == (1, 7, []),
        outcome(lambda: isinstance(hash(kind(1, 2, ())), int)),
        outcome(lambda: {kind(1, 2, ()): "there"}.get(kind(1, 2, ()))),
    ]  # fmt: skip


def changing(kind: Any) -> list[object]:
    def forget(point: Any) -> None:
        del point.x

    return [outcome(lambda: setattr(kind(1), "x", 5)), outcome(lambda: forget(kind(1)))]


@pytest.mark.parametrize("facts", [making, helping, comparing, changing])
def test_it_is_as_the_standard_librarys(both: tuple[Any, Any], facts: Callable[[Any], list[object]]) -> None:
    theirs, ours = both
    assert facts(ours) == facts(theirs)


def test_each_record_has_a_list_of_its_own(both: tuple[Any, Any]) -> None:
    one, other = both[1](1), both[1](2)
    one.seen.append(3)
    assert other.seen == []


def test_a_record_may_check_itself_and_have_a_parameter() -> None:
    @quick_dataclass.dataclass(frozen=True, slots=True)
    class Box(Generic[P]):
        holds: P

        def __post_init__(self) -> None:
            if self.holds is None:
                raise ValueError("empty")

    assert Box[int](3).holds == 3
    with pytest.raises(ValueError, match="empty"):
        Box(None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Box(1).holds = 2  # type: ignore[misc]
