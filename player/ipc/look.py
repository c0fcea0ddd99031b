"""The property for how pictures are looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from player.ipc.errors import BAD_FORMAT, NO_ACCESS, IpcError
from player.ipc.properties import Property
from player.ipc.values import Value

if TYPE_CHECKING:
    from player.ipc.host import Host


class Changes(Value):
    """An object, or its JSON, with some of a look's values."""

    def read(self, given: object) -> dict[str, object]:
        if isinstance(given, str):
            try:
                given = json.loads(given)
            except ValueError:
                raise IpcError(BAD_FORMAT) from None
        if not isinstance(given, dict):
            raise IpcError(NO_ACCESS)
        return given


def properties() -> dict[str, Property]:
    """Setting changes the values that are given and leaves the others."""

    def read(host: Host) -> dict[str, object]:
        return host.look()

    def write(host: Host, changes: dict[str, object]) -> None:
        host.set_look(changes)

    return {"overplay/look": Property(read, Changes(), write)}
