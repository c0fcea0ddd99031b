"""A model as its thread has it: what is asked of it, what is known of it, what it says of one picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from player.analysis.card import Task
from player.analysis.classes import Classes
from player.analysis.detections import Detections, Result, no_detections
from player.analysis.input_map import Rectangle
from player.analysis.keys import PictureKey
from player.errors import ModelError

if TYPE_CHECKING:
    from player.analysis.card import ModelCard
    from player.records import Picture

ModelState = Literal["loading", "ready", "failed"]


class Sees(Protocol):
    """What a `Detector` or a `Classifier` of `player.analysis` is used for here."""

    card: ModelCard
    labels: tuple[str, ...]
    engine: str
    device: str
    overlaps: bool
    model_id: str
    suppress: bool
    no_heat: str

    @property
    def precision(self) -> str: ...
    @property
    def remark(self) -> str: ...
    def begin(
        self,
        pictures: Sequence[Picture],
        *,
        region: Rectangle | None = None,
        tile: int | None = None,
        heat: int | None = None,
    ) -> Callable[[], list[Detections] | list[Classes]]: ...
    def warm_up(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a model once it is loaded."""

    name: str
    labels: tuple[str, ...]
    engine: str
    device: str
    precision: str
    """What it really computes in; "" where its file alone decides."""
    remark: str
    """Why that is not what was asked for."""
    conf: float
    iou: float
    task: Task = "detect"
    no_heat: str = ""
    """Why it gives no heat map; '' where it can."""

    @staticmethod
    def of(network: Sees) -> Facts:
        card = network.card
        return Facts(
            card.name, network.labels, network.engine, network.device, network.precision, network.remark,
            card.conf, card.iou, card.task, network.no_heat,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What a model has to say about one picture at this moment."""

    state: ModelState
    facts: Facts | None
    error: ModelError | None
    result: Result | None
    """The picture's own, or where `age` is not 0 that of one before."""
    age: int | None


def result_of(key: PictureKey, network: Sees, seen: Detections | Classes, took_s: float) -> Result:
    if isinstance(seen, Detections):
        return Result(key, network.model_id, seen, network.suppress, took_s)
    return Result(key, network.model_id, no_detections(), False, took_s, seen)


def model_error(error: BaseException, name: str) -> ModelError:
    """What a failure comes down to, without what it went through: that would hold the picture."""
    found = error if isinstance(error, ModelError) else ModelError(_sentence(name, error))
    found.__traceback__ = found.__context__ = found.__cause__ = None
    return found


def _sentence(name: str, error: BaseException) -> str:
    """What a library's error comes down to."""
    text = str(error).strip()
    if isinstance(error, MemoryError) or "out of memory" in text.lower():
        return f"{name} was switched off: there is not enough memory for it."
    first = text.splitlines()[0] if text else type(error).__name__
    return f"{name} was switched off: {first.rstrip('.')}."
