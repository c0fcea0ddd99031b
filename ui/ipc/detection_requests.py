"""What scripts do with models and boxes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from player.ipc.errors import FAILED, INVALID_PARAMETER, UNAVAILABLE, IpcError
from player.ipc.host import Deferred
from ui.detections.opening import Wish

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from player.analysis.view import View
    from player.errors import PlayerError
    from player.watching import Precision
    from ui.detections.detecting import Detecting
    from ui.detections.opening import Seat
    from ui.ipc.on_screen import OnScreen

STATES = {"loading": "loading", "failed": "failed", "off": "off"}
SEEN = {"exact": "exact", "stale": "stale", "pending": "pending", "loading": "pending"}
PIXEL_DIGITS, SCORE_DIGITS = 2, 4


class DetectionRequests:
    """Implements `player.ipc.detections.Detection`. GUI thread only."""

    def __init__(
        self, detecting: Detecting, on_screen: OnScreen, answer_first: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._detecting = detecting
        self._on_screen = on_screen
        self._answer_first = answer_first

    # -- models

    def model(self) -> dict[str, object]:
        if not self._detecting.seats:
            raise IpcError(UNAVAILABLE)
        return self._model(self._detecting.seats[0])

    def models(self) -> list[dict[str, object]]:
        return [self._model(seat) for seat in self._detecting.seats]

    def _model(self, seat: Seat) -> dict[str, object]:
        view = self._detecting.view(seat.slot)
        state = "loading" if view is None else STATES.get(view.state, "ready")
        return {
            "name": "" if view is None else view.model,
            "path": seat.path,
            "sha256": seat.sha256,
            "asked": seat.wish.device,
            "device": "" if view is None else view.device,
            "engine": "" if view is None else view.engine,
            "precision": "" if view is None else view.precision,
            "state": state,
            "classes": [] if view is None else list(view.labels),
            **({"remark": view.remark} if view is not None and view.remark else {}),
            **({"error": view.sentence} if view is not None and state == "failed" else {}),
        }

    def set_model(self, name: str | None, device: str, precision: Precision = "auto") -> Deferred | None:
        if name is not None:
            return self._open(name, Wish(device, precision=precision), None)
        self._detecting.close_models()
        return None

    def add_model(self, name: str, device: str, precision: Precision = "auto") -> Deferred:
        return self._open(name, Wish(device, precision=precision), 1)

    def _open(self, name: str, wish: Wish, place: int | None) -> Deferred:
        answer = Deferred()

        def done(error: PlayerError | None) -> None:
            with self._answer_first():
                answer.settle(None if error is None else IpcError(FAILED))

        self._detecting.open_model(name, place=place, wish=wish, done=done)
        return answer

    def remove_model(self, place: int | None) -> None:
        if place is None:
            self._detecting.close_models()
        elif place < len(self._detecting.seats):
            self._detecting.close_place(place)
        else:
            raise IpcError(FAILED)

    # -- boxes

    def detections(self) -> dict[str, object]:
        views = {view.slot: view for view in self._detecting.views_of(self._on_screen.picture)}
        found = [_boxes(views[seat.slot]) for seat in self._detecting.seats if seat.slot in views]
        if not found:
            return {"model": None, "state": "off", "age_frames": None, "boxes": []}
        return found[0] | ({"second": found[1]} if len(found) > 1 else {})

    def classes(self) -> dict[str, object]:
        views = {view.slot: view for view in self._detecting.views_of(self._on_screen.picture)}
        seen = [views[seat.slot] for seat in self._detecting.seats if seat.slot in views]
        found = [_classes(view) for view in seen if view.task == "classify"]
        if not found:
            return {"model": None, "state": "off", "age_frames": None, "classes": [], "heat_class": None}
        return found[0] | ({"second": found[1]} if len(found) > 1 else {})

    # -- what is shown of them

    def options(self) -> dict[str, object]:
        detecting = self._detecting
        return {
            "on": detecting.is_on,
            "policy": detecting.manner.policy,
            "stale": detecting.manner.stale,
            "region": None if detecting.manner.region is None else list(detecting.manner.region),
            "tile": detecting.manner.tile,
            "heat": detecting.heat.is_on,
            "heat_opacity": detecting.heat.opacity,
            "models": [self._turned(seat) for seat in detecting.seats],
        }

    def _turned(self, seat: Seat) -> dict[str, object]:
        selection, view = self._detecting.selection(seat.slot), self._detecting.view(seat.slot)
        if selection is None:
            return {}
        labels = () if view is None else view.labels
        if view is not None and view.task == "classify":
            chosen = self._detecting.heat.chosen(seat)
            return {"heat_class": None if chosen is None else labels[chosen], "no_heat": view.no_heat}
        shown = [label for at, label in enumerate(labels) if at not in selection.hidden]
        return {
            "conf": [selection.low, selection.high],
            "iou": selection.iou,
            "top_k": selection.top_k,
            "agnostic": selection.agnostic,
            "classes": shown if selection.hidden else None,
        }

    def change(self, changes: dict[str, Any], place: int) -> None:
        detecting = self._detecting
        turned = changes.keys() & {"conf", "iou", "top_k", "agnostic", "classes"}
        if "heat_class" in changes:
            self._choose(changes["heat_class"], place)
        if turned:
            self._turn({name: changes[name] for name in turned}, place)
        for name, act in (
            ("on", detecting.set_on), ("policy", detecting.manner.set_policy), ("stale", detecting.manner.set_stale),
            ("region", detecting.manner.set_region), ("tile", detecting.manner.set_tile),
            ("heat", detecting.heat.set_on), ("heat_opacity", detecting.heat.set_opacity),
        ):  # fmt: skip
            if name in changes:
                act(changes[name])

    def _choose(self, name: str | None, place: int) -> None:
        seats = self._detecting.seats
        view = self._detecting.view(seats[place].slot) if place < len(seats) else None
        if view is None or view.task != "classify" or view.no_heat:
            raise IpcError(FAILED)
        if name is not None and name not in view.labels:
            raise IpcError(INVALID_PARAMETER)
        self._detecting.heat.choose(seats[place], None if name is None else view.labels.index(name))

    def _turn(self, changes: dict[str, Any], place: int) -> None:
        seats = self._detecting.seats
        selection = self._detecting.selection(seats[place].slot) if place < len(seats) else None
        if selection is None:
            raise IpcError(FAILED)
        if "conf" in changes:
            low, high = changes.pop("conf")
            selection = replace(selection, low=low, high=high)
        if "classes" in changes:
            names = changes.pop("classes")
            view = self._detecting.view(seats[place].slot)
            labels = () if view is None else view.labels
            if names is not None and not set(names) <= set(labels):
                raise IpcError(INVALID_PARAMETER)
            hidden = () if names is None else (at for at, label in enumerate(labels) if label not in names)
            selection = replace(selection, hidden=frozenset(hidden))
        self._detecting.set_selection(seats[place].slot, replace(selection, **changes))


def _classes(view: View) -> dict[str, object]:
    from ui.detections.class_sheet import class_rows, heat_name  # there is a model by now

    return {
        "model": view.model, "state": SEEN.get(view.state, "off"), "age_frames": view.age_frames,
        "classes": class_rows(view), "heat_class": heat_name(view),
    }  # fmt: skip


def _boxes(view: View) -> dict[str, object]:
    """One model's word, its boxes as `overplay analyze` writes them."""
    found = view.detections
    boxes: list[dict[str, Any]] = [
        {
            "xyxy": [round(each, PIXEL_DIGITS) for each in corners],
            "score": round(score, SCORE_DIGITS),
            "class_id": class_id,
            "class_name": view.labels[class_id] if 0 <= class_id < len(view.labels) else str(class_id),
        }
        for corners, score, class_id in zip(
            found.xyxy.tolist(), found.confidence.tolist(), found.class_id.tolist(), strict=True
        )
    ]
    if found.tracker_id is not None:
        for box, track in zip(boxes, found.tracker_id.tolist(), strict=True):
            box["track_id"] = track
    if found.landmarks is not None:
        for box, points in zip(boxes, found.landmarks.tolist(), strict=True):
            box["landmarks"] = [[round(each, PIXEL_DIGITS) for each in point] for point in points]
    return {
        "model": view.model, "state": SEEN.get(view.state, "off"), "age_frames": view.age_frames, "boxes": boxes,
    }  # fmt: skip
