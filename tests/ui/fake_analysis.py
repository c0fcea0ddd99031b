"""Models that see what the test says, and a file examiner that knows what it says too."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from player.analysis.classes import Classes
from player.analysis.detections import Detections, no_detections
from player.analysis.model_file import ModelFile
from player.analysis.selection import Selection, select
from player.analysis.trust import Trust
from player.analysis.view import View
from player.errors import ModelError
from ui.detections.detecting import Detecting
from ui.detections.opening import Examined, Examiner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from player.analysis.analysis import Policy, Rectangle
    from player.analysis.view import ViewState
    from player.records import Picture

LABELS = ("person", "bicycle", "car", "dog")


def boxes(*given: tuple[float, float, float, float, float, int]) -> Detections:
    """Each is left, top, right, bottom, confidence, class."""
    rows = np.array(given, np.float32).reshape(-1, 6)
    return Detections(rows[:, :4].copy(), rows[:, 4].copy(), rows[:, 5].astype(np.int32))


@dataclass
class Model:
    path: str
    device: str
    selection: Selection
    labels: tuple[str, ...] = LABELS
    state: ViewState = "loading"
    sentence: str = ""
    age_frames: int = 0
    found: Detections = field(default_factory=no_detections)
    wanted: str = "auto"
    """The precision that was asked for."""
    precision: str = ""
    remark: str = ""
    classes: Classes | None = None
    """Of a classifier."""
    no_heat: str = ""
    heat: int | None = None


class FakeAnalysis:
    """`calls` holds what it was asked; the test puts what is found into `models` and calls `wakeup`."""

    def __init__(self, wakeup: Callable[[], None]) -> None:
        self.wakeup = wakeup
        self.calls: list[tuple[object, ...]] = []
        self.models: dict[int, Model] = {}
        self.closed = False
        self.fresh: dict[int, View] = {}

    def add(
        self,
        path: str | Path,
        *,
        device: str = "auto",
        precision: str = "auto",
        trust: Trust,
        selection: Selection | None = None,
    ) -> int:
        slot = 0 if 0 not in self.models else 1
        self.models[slot] = Model(str(path), device, selection or Selection(low=0.35, iou=0.6), wanted=precision)
        self.calls.append(("add", str(path), device))
        return slot

    def remove(self, slot: int) -> None:
        del self.models[slot]
        self.calls.append(("remove", slot))

    def close(self, deadline_s: float = 2.0) -> None:
        self.closed = True

    def set_policy(self, policy: Policy) -> None:
        self.calls.append(("policy", policy))

    def set_on(self, on: bool) -> None:
        self.calls.append(("on", on))

    def set_region(self, region: Rectangle | None) -> None:
        self.calls.append(("region", region))

    def set_tile(self, tile: int | None) -> None:
        self.calls.append(("tile", tile))

    def set_heat(self, slot: int, heat: int | None) -> None:
        self.models[slot].heat = heat
        self.calls.append(("heat", slot, heat))

    def selection(self, slot: int) -> Selection:
        return self.models[slot].selection

    def set_selection(self, slot: int, selection: Selection) -> None:
        self.models[slot].selection = selection

    def shown(self, picture: Picture, *, resting: bool) -> None:
        self.calls.append(("shown", picture.pts, resting))

    def look(self, _picture: Picture | None) -> tuple[View, ...]:
        return tuple(self._view(slot, model) for slot, model in sorted(self.models.items()))

    def _view(self, slot: int, model: Model) -> View:
        seen = model.state in ("exact", "stale")
        return View(
            slot, Path(model.path).stem, model.labels, model.state, model.age_frames if seen else None,
            select(model.found, model.selection) if seen else no_detections(), len(model.found), model.sentence,
            engine="torch 2.13" if model.precision else "onnxruntime 1.31", device="cpu", precision=model.precision,
            remark=model.remark, infer_ms=21.5 if seen else None,
            task="detect" if model.classes is None else "classify",
            classes=model.classes.with_heat_of(model.heat) if seen and model.classes is not None else None,
            no_heat=model.no_heat,
        )  # fmt: skip

    def report(self) -> dict[str, object]:
        return {}

    # -- for tests

    def ready(self, slot: int, *found: tuple[float, float, float, float, float, int], **changes: object) -> None:
        """The model is open and has found this in the picture on screen."""
        model = self.models[slot]
        model.state, model.found = "exact", boxes(*found)
        self.models[slot] = replace(model, **changes)  # type: ignore[arg-type]  # replace() checks the names
        self.wakeup()

    def fail(self, slot: int, sentence: str) -> None:
        self.models[slot].state, self.models[slot].sentence = "failed", sentence
        self.wakeup()


class FakeExaminer(Examiner):
    """Files exist unless their name begins with `no-`; those that end in .pt2 are programs."""

    def __init__(self) -> None:
        super().__init__()
        self.agreed = Trust(None)

    def examine(self, name: str) -> Examined | ModelError:
        path = Path(name)
        if path.name.startswith("no-"):
            return ModelError(f"There is no file {name}.")
        file = ModelFile(path, "pt2" if path.suffix == ".pt2" else "onnx", f"{path.stem:x<64}", 1000)
        return Examined(file, self.agreed.allows(file), self.agreed)


def with_fakes(detecting: Detecting) -> list[FakeAnalysis]:
    """From now on it works with these; the list has the analysis once there is one."""
    made: list[FakeAnalysis] = []

    def make(wakeup: Callable[[], None]) -> FakeAnalysis:
        made.append(FakeAnalysis(wakeup))
        return made[-1]

    detecting.make_analysis = make  # type: ignore[method-assign, assignment]  # of the same shape
    detecting.arrivals.examiner = FakeExaminer()
    return made


def names(views: Sequence[View]) -> list[str]:
    return [view.labels[each] for view in views for each in view.detections.class_id]
