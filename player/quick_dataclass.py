"""The standard library's dataclasses, made in a twentieth of the time: for what is loaded before the first picture.

One of theirs costs half a millisecond when its module is loaded, nearly all of it for methods that are put together as
text and compiled. There are ninety on the way to the first picture, and most of these methods nobody ever calls. Here
`__init__` is compiled when the first record is made, and the others are the same plain functions for every class. A
type checker sees the real thing; `replace`, `fields` and `asdict` take these too. Left out is what no record here
needs: records that extend records, `order`, `kw_only`, `init=False`, class variables, copying and pickling.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def _dataclass(*, frozen: bool = False, slots: bool, eq: bool = True) -> Callable[[type], type]:
    """`slots` says what is: there are none without."""
    assert slots
    return lambda plain: _make(plain, frozen, eq)


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = _dataclass


def _make(plain: type, frozen: bool, eq: bool) -> type:
    """The class of the records that `plain` describes: a new one, because slots cannot be added."""
    described = vars(plain)
    names = tuple(described.get("__annotations__", ()))
    space: dict[str, Any] = {
        "__slots__": names,
        "__match_args__": names,
        "__dataclass_fields__": _Fields(),
        "__init__": _init_later,
        "__repr__": _repr,
        "_defaults": {name: described[name] for name in names if name in described},
        "_whole": attrgetter("__class__", *names),
    }
    if eq:
        space |= {"__eq__": _eq, "__hash__": _hash if frozen else None}
    if frozen:
        space |= {"__setattr__": _refuse, "__delattr__": _refuse}
    own = {name: value for name, value in described.items() if name not in (*names, "__dict__", "__weakref__")}
    made = type(plain)(plain.__name__, plain.__bases__, space | own)
    made.__qualname__ = plain.__qualname__
    return made


def _init_later(self: Any, *values: object, **named: object) -> None:
    """Every class's `__init__` until its first record is made."""
    kind = type(self)
    kind.__init__ = _compile_init(kind)
    kind.__init__(self, *values, **named)


def _compile_init(kind: Any) -> Callable[..., None]:
    """Fills each slot by the slot's own setter: quicker than by name, and a frozen record has no other way."""
    space: dict[str, Any] = {}
    taken, lines = ["self"], []
    for name in kind.__match_args__:
        space[f"set_{name}"] = getattr(kind, name).__set__
        value = name
        if name in kind._defaults:
            default = space[f"default_{name}"] = kind._defaults[name]
            if isinstance(default, dataclasses.Field):
                space[f"make_{name}"] = default.default_factory
                value = f"make_{name}() if {name} is default_{name} else {name}"
        taken.append(f"{name}=default_{name}" if name in kind._defaults else name)
        lines.append(f"set_{name}(self, {value})")
    if hasattr(kind, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(taken)}):\n {'; '.join(lines) or 'pass'}", space)
    init: Callable[..., None] = space["__init__"]
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    return init


def _eq(self: Any, other: Any) -> object:
    return self._whole(self) == self._whole(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._whole(self))


def _repr(self: Any) -> str:
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({told})"


def _refuse(self: object, name: str, _value: object = None) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")


class _Fields:
    """A class's `__dataclass_fields__`, made by the standard library when somebody first asks."""

    def __get__(self, _record: object, kind: Any) -> dict[str, dataclasses.Field[Any]]:
        described = {"__doc__": "", "__annotations__": kind.__annotations__, **kind._defaults}
        full: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(type(kind.__name__, (), described))
        kind.__dataclass_fields__ = full.__dataclass_fields__
        return kind.__dataclass_fields__  # type: ignore[no-any-return]
