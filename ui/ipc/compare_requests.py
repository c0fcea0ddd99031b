"""What scripts do with comparisons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from player.ipc.errors import FAILED, IpcError
from ui.compare.facts import state_json

if TYPE_CHECKING:
    from ui.compare.compare import Compare
    from ui.ipc.on_screen import OnScreen


class CompareRequests:
    """Implements `player.ipc.compare.Comparing`. GUI thread only."""

    def __init__(self, compare: Compare, on_screen: OnScreen) -> None:
        self._compare = compare
        self._on_screen = on_screen

    def state(self) -> dict[str, object]:
        self._compare.measure()  # `changed` follows when it is known
        return state_json(self._compare, self._on_screen.picture)

    def change(self, changes: dict[str, Any]) -> None:
        compare, offset = self._compare, self._compare.offset
        if changes.get("against") == "file" and not changes.get("file") and not compare.file:
            raise IpcError(FAILED)
        moved = replace(
            offset,
            seconds=changes.get("offset_s", offset.seconds),
            pictures=changes.get("offset_frames", offset.pictures),
        )
        if moved != offset:
            compare.set_offset(moved)
        if "mode" in changes:
            compare.set_how(changes["mode"])
        if "file" in changes:
            compare.choose("file", changes["file"])
        elif "against" in changes:
            compare.choose(changes["against"])
        for name, act in (("split", compare.set_split), ("gain", compare.set_gain), ("rate", compare.set_rate)):
            if name in changes:
                act(changes[name])

    def pin(self) -> None:
        self._compare.pin()
