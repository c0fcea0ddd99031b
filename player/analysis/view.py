"""What is to be drawn over the picture on screen, and how much it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from player.analysis.card import Task
from player.analysis.classes import Classes
from player.analysis.detections import Detections, no_detections
from player.errors import ModelError

ViewState = Literal["exact", "stale", "pending", "off", "loading", "failed"]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One model's word on the picture on screen."""

    slot: int
    model: str
    """The model's name; its file's until it is loaded."""
    labels: tuple[str, ...] = ()
    state: ViewState = "loading"
    """exact: `detections` were computed from this very picture, and from nothing else. stale: from one before it.
    pending: nothing yet. off: detection is switched off. failed: `sentence` says why; nothing more will come."""
    age_frames: int | None = None
    """How many pictures before this one `detections` were computed from: 0 where exact, None where there are none."""
    detections: Detections = no_detections()  # noqa: RUF009  # its arrays are read-only
    """Selected: what is to be drawn."""
    raw_count: int = 0
    """Boxes before the selection."""
    sentence: str = ""
    error: ModelError | None = None
    """Of a failed model: what it was, where somebody can do something about it (UntrustedModelError)."""
    engine: str = ""
    device: str = ""
    precision: str = ""
    """What it computes in; "" where its file alone decides."""
    remark: str = ""
    """Why that is not what was asked for."""
    infer_ms: float | None = None
    """What the picture took that `detections` are from."""
    task: Task | None = None
    """None until the model is loaded."""
    classes: Classes | None = None
    """What a classifier takes the picture for; a heat map is within when that is wanted."""
    no_heat: str = ""
    """Why a classifier gives no heat map; '' where it can."""

    @property
    def found_something(self) -> bool:
        return bool(len(self.detections)) or self.classes is not None
