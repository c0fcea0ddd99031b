"""Detection over the IPC: which models are open, what is shown of their boxes, and the boxes of the picture on screen.

No request makes a program trusted: a model that is one, and that nobody has agreed to, is an error here.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Protocol

from player.ipc.errors import BAD_FORMAT, INVALID_PARAMETER, NO_ACCESS, IpcError
from player.ipc.host import Deferred, Topic
from player.ipc.look import Changes
from player.ipc.messages import check_path
from player.ipc.properties import Property
from player.ipc.values import Value
from player.watching import PRECISIONS, Precision

if TYPE_CHECKING:
    from player.ipc.host import Host

CHOICES = {"policy": ("live", "sync"), "stale": ("dim", "hide")}
FLAGS = ("on", "agnostic", "heat")
MOST_BOXES = 1000
PLACES = (0, 1)


class Detection(Protocol):
    """What the window can do of this. What cannot be done raises IpcError."""

    def model(self) -> dict[str, object]:
        """The first model: `name path device engine precision state`, and `error` where it failed. Raises IpcError
        without one.

        `device` is where it really runs, `asked` what was asked for, and so with `precision`; where that is another,
        `remark` says why. `state` is loading, ready, off or failed.
        """

    def models(self) -> list[dict[str, object]]: ...
    def set_model(self, name: str | None, device: str, precision: Precision = "auto") -> Deferred | None:
        """Instead of all that are open; None for none."""

    def add_model(self, name: str, device: str, precision: Precision = "auto") -> Deferred: ...
    def remove_model(self, place: int | None) -> None: ...
    def detections(self) -> dict[str, object]:
        """`model state age_frames boxes` of the picture on screen; a second model's within, as `second`."""

    def classes(self) -> dict[str, object]:
        """`model state age_frames classes heat_class` of the picture on screen; a second classifier's, as `second`.

        `classes` are the five likeliest with their probability as `score`; `heat_class` is whose heat map is shown.
        """

    def options(self) -> dict[str, object]:
        """`on policy stale region tile heat heat_opacity`, and of each model in `models` `conf iou top_k agnostic
        classes`, of a classifier `heat_class` and `no_heat`."""

    def change(self, changes: dict[str, Any], place: int) -> None:
        """Checked changes of the options; those of a model are for the one at `place`."""


class Model(Value):
    """A path or a name, an object with `path` (or `name`), `device` and `precision`, or nothing."""

    def read(self, given: object) -> tuple[str | None, str, Precision]:
        if isinstance(given, str) and given.lstrip().startswith("{"):
            try:
                given = json.loads(given)
            except ValueError:
                raise IpcError(BAD_FORMAT) from None
        if isinstance(given, dict):
            known = {"path", "name", "device", "precision"}
            if not given.keys() <= known or len(given.keys() & {"path", "name"}) != 1:
                raise IpcError(INVALID_PARAMETER)
            name, device = given.get("path", given.get("name")), given.get("device", "auto")
            precision = precision_of(given.get("precision", "auto"))
        else:
            name, device, precision = given, "auto", "auto"
        if name is None or name == "":
            return None, "auto", "auto"
        if not isinstance(name, str) or not isinstance(device, str):
            raise IpcError(NO_ACCESS)
        return check_path(name), device, precision


def precision_of(given: object) -> Precision:
    for known in PRECISIONS:
        if known == given:
            return known
    raise IpcError(INVALID_PARAMETER)


def properties() -> dict[str, Property]:
    return {
        "overplay/model": Property(
            lambda host: host.detection.model(), Model(), lambda host, given: host.detection.set_model(*given)
        ),
        "overplay/models": Property(lambda host: host.detection.models()),
        "overplay/detections": Property(lambda host: host.detection.detections(), topic=Topic.PICTURE),
        "overplay/classes": Property(lambda host: host.detection.classes(), topic=Topic.PICTURE),
        "overplay/detection-options": Property(lambda host: host.detection.options(), Changes(), _change),
    }


def add_model(host: Host, name: str, device: str, precision: str) -> Deferred:
    """Beside the model that is open. Answers once it is ready; with two open, instead of the second."""
    return host.detection.add_model(check_path(name), device, precision_of(precision))


def remove_model(host: Host, which: str | int) -> None:
    """A 0-based place, or `all`."""
    host.detection.remove_model(None if which == "all" else int(which))


def _change(host: Host, changes: dict[str, object]) -> None:
    host.detection.change(*checked(changes))


def checked(changes: dict[str, object]) -> tuple[dict[str, Any], int]:
    """The changes and the place of the model they are for. Raises IpcError for what there is not, or cannot be."""
    found: dict[str, Any] = {}
    place = 0
    for name, value in changes.items():
        if name == "place" and value in PLACES and not isinstance(value, bool):
            place = int(value)
        elif (name in CHOICES and value in CHOICES[name]) or (name in FLAGS and isinstance(value, bool)):
            found[name] = value
        elif name == "conf":
            low, high = _numbers(value, 2) if isinstance(value, list) else (*_numbers([value], 1), 1.0)
            if not 0 <= low <= high <= 1:
                raise IpcError(INVALID_PARAMETER)
            found[name] = (low, high)
        elif name in ("iou", "heat_opacity"):
            (found[name],) = _numbers([value], 1)
            if not 0 <= found[name] <= 1:
                raise IpcError(INVALID_PARAMETER)
        elif name == "top_k":
            found[name] = _whole(value, 1, MOST_BOXES)
        elif name == "tile":
            found[name] = None if value is None else _whole(value, 0, 1 << 16)
        elif name == "region":
            found[name] = None if value is None else _rectangle(value)
        elif name == "heat_class" and (value is None or isinstance(value, str)):
            found[name] = value
        elif name == "classes":
            found[name] = None if value is None else _names(value)
        else:
            raise IpcError(INVALID_PARAMETER)
    return found, place


def _numbers(value: object, count: int) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != count:
        raise IpcError(INVALID_PARAMETER)
    for each in value:
        if isinstance(each, bool) or not isinstance(each, int | float) or not math.isfinite(each):
            raise IpcError(INVALID_PARAMETER)
    return tuple(float(each) for each in value)


def _whole(value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise IpcError(INVALID_PARAMETER)
    return value


def _rectangle(value: object) -> tuple[float, ...]:
    left, top, right, bottom = _numbers(value, 4)
    if not (0 <= left < right and 0 <= top < bottom):
        raise IpcError(INVALID_PARAMETER)
    return left, top, right, bottom


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise IpcError(INVALID_PARAMETER)
    return tuple(value)
