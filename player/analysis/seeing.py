"""A model as its thread has it: what is asked of it, what is known of it, what it says of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from player.analysis.detections import Detections, Result
from player.analysis.input_map import Rectangle
from player.errors import ModelError

if TYPE_CHECKING:
    from player.analysis.card import ModelCard
    from player.records import Picture

ModelState = Literal["loading", "ready", "failed"]


class Sees(Protocol):
    """What `player.analysis.detector.Detector` is used for here."""

    card: ModelCard
    labels: tuple[str, ...]
    engine: str
    device: str
    model_id: str
    suppress: bool

    def infer(
        self, pictures: Sequence[Picture], *, region: Rectangle | None = None, tile: int | None = None
    ) -> list[Detections]: ...
    def warm_up(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a model once it is loaded."""

    name: str
    labels: tuple[str, ...]
    engine: str
    device: str
    conf: float
    iou: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a model has to say about one picture at this moment."""

    state: ModelState
    facts: Facts | None
    error: ModelError | None
    result: Result | None
    """The picture's own, or where `age` is not 0 that of one before."""
    age: int | None


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
