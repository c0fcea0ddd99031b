"""Finding a property by its name or by the path of a part of it, and reading, setting and stepping it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from player.ipc.errors import FAILED, NO_ACCESS, NOT_FOUND, IpcError
from player.ipc.host import Deferred, Host, Topic
from player.ipc.values import Value
from player.quick_dataclass import dataclass

READ_ONLY = Value()
MAX_DEPTH = 8
"""No value has parts within parts deeper than that."""


@dataclass(frozen=True, slots=True)
class Property:
    """`read` and `write` raise IpcError, `property unavailable` above all."""

    read: Callable[[Host], object]
    type: Value = READ_ONLY
    write: Callable[[Host, Any], Deferred | None] | None = None
    """What takes time returns the answer that is to come."""
    topic: Topic = Topic.STATE
    cycle: Callable[[Host, float], None] | None = None
    """Where stepping is more than arithmetic."""


Table = Mapping[str, Property]


def find(table: Table, name: str) -> tuple[Property, list[str]]:
    """The property and the rest of the path within its value. Raises IpcError."""
    parts = name.split("/", MAX_DEPTH)
    for count in range(len(parts), 0, -1):
        found = table.get("/".join(parts[:count]))
        if found is not None:
            return found, parts[count:]
    raise IpcError(NOT_FOUND)


def read(table: Table, host: Host, name: str) -> object:
    """The value of `pause`, of `track-list/0/codec`, of `playlist/count`. Raises IpcError."""
    found, path = find(table, name)
    value = found.read(host)
    for part in path:
        value = _part(value, part)
    return value


def _part(value: object, name: str) -> object:
    match value:
        case dict() if name in value:
            return value[name]
        case list() if name == "count":
            return len(value)
        case list() if name.isascii() and name.isdigit() and len(name) < 10 and int(name) < len(value):
            return value[int(name)]
    raise IpcError(NOT_FOUND)


def write(table: Table, host: Host, name: str, given: object) -> Deferred | None:
    """Sets a property. Raises IpcError when there is none, it cannot be set, or not to this."""
    found, path = find(table, name)
    if found.write is None or path:
        raise IpcError(NO_ACCESS)
    return found.write(host, found.type.read(given))


def step(table: Table, host: Host, name: str, by: float, *, wraps: bool) -> None:
    """`add` and, where the value `wraps`, `cycle`. Raises IpcError, always mpv's one for commands."""
    try:
        found, path = find(table, name)
        if found.write is None or path:
            raise IpcError(FAILED)
        if wraps and found.cycle is not None:
            found.cycle(host, by)
        else:
            found.write(host, found.type.step(found.read(host), by, wraps=wraps))
    except IpcError:
        raise IpcError(FAILED) from None
