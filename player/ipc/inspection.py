"""Looking closely over the IPC: which part of the picture is seen, the values of a pixel, the selection."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from player.ipc.errors import BAD_FORMAT, FAILED, INVALID_PARAMETER, NO_ACCESS, IpcError
from player.ipc.host import Topic
from player.ipc.properties import Property
from player.ipc.values import Value

if TYPE_CHECKING:
    from player.ipc.host import Deferred, Host

Region = tuple[int, int, int, int]
"""x, y, width, height in whole coded pixels."""
View = tuple[float | None, tuple[float, float]]
"""Device pixels a square pixel (None: the whole picture fits), and the middle, 0 to 1 of the upright picture."""
LEAST_ZOOM, LARGEST_ZOOM = 1 / 64, 64.0


class Inspection(Protocol):
    """What the window can do of this. What lies beyond the picture raises IpcError."""

    def viewport(self) -> View:
        """As it is, borders considered. Raises IpcError without a picture."""

    def set_viewport(self, view: View) -> None: ...
    def pixel(self, x: int, y: int) -> dict[str, object]: ...
    def selection(self) -> dict[str, object] | None:
        """Its statistics are of the picture on screen; None until they are known, and a change when they are."""

    def select(self, region: Region | None) -> None: ...
    def statistics(self, region: Region) -> Deferred: ...


class ViewportValue(Value):
    """`{"zoom": 8, "center": [0.5, 0.5]}`; zoom null is the whole picture, and what is left out keeps its default."""

    name = "Node"

    def read(self, given: object) -> View:
        if not isinstance(given, dict):
            raise IpcError(NO_ACCESS)
        zoom, centre = given.get("zoom"), given.get("center", [0.5, 0.5])
        if not set(given) <= {"zoom", "center"} or not isinstance(centre, list) or len(centre) != 2:
            raise IpcError(BAD_FORMAT)
        u, v = (_number(each, 0.0, 1.0) for each in centre)
        return None if zoom is None else _number(zoom, LEAST_ZOOM, LARGEST_ZOOM), (u, v)


class RegionValue(Value):
    """`{"x": 0, "y": 0, "width": 8, "height": 8}`, the same as a list of four, or null for none."""

    name = "Node"

    def read(self, given: object) -> Region | None:
        if given is None:
            return None
        if isinstance(given, dict) and set(given) == {"x", "y", "width", "height"}:
            given = [given[name] for name in ("x", "y", "width", "height")]
        if not isinstance(given, list) or len(given) != 4:
            raise IpcError(NO_ACCESS)
        if not all(isinstance(each, int) and not isinstance(each, bool) for each in given):
            raise IpcError(BAD_FORMAT)
        x, y, width, height = given
        if x < 0 or y < 0 or width < 1 or height < 1:
            raise IpcError(BAD_FORMAT)
        return x, y, width, height


def _number(given: object, least: float, most: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise IpcError(BAD_FORMAT)
    if not math.isfinite(given) or not least <= given <= most:
        raise IpcError(BAD_FORMAT)
    return float(given)


def properties() -> dict[str, Property]:
    return {
        "overplay/viewport": Property(
            _viewport, ViewportValue(), lambda host, view: host.inspection.set_viewport(view), Topic.STATE
        ),
        "overplay/selection": Property(
            lambda host: host.inspection.selection(), RegionValue(),
            lambda host, region: host.inspection.select(region), Topic.PICTURE,
        ),
    }  # fmt: skip


def _viewport(host: Host) -> dict[str, object]:
    zoom, centre = host.inspection.viewport()
    return {"zoom": zoom, "center": list(centre)}


def pixel(host: Host, x: int, y: int) -> dict[str, object]:
    """Of the picture on screen, by its place in the coded picture."""
    if host.picture is None:
        raise IpcError(FAILED)
    return host.inspection.pixel(x, y)


def statistics(host: Host, x: int, y: int, width: int, height: int) -> Deferred:
    """Of a rectangle of the picture on screen, whatever is selected; answers when they are known."""
    if host.picture is None:
        raise IpcError(FAILED)
    if width < 1 or height < 1:
        raise IpcError(INVALID_PARAMETER)
    return host.inspection.statistics((x, y, width, height))
