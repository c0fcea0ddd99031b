"""What a run tells while it lasts: records, and the JSON lines that `overplay train --events` prints."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TextIO

Reason = Literal["done", "early-stop", "stopped"]
Metrics = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Start:
    run: str
    """The run's folder."""
    name: str
    task: str
    epochs: int
    steps: int
    """In an epoch."""
    epoch: int
    """The first one to come, from 1: above 1 where the run was resumed."""
    device: str
    parameters: int
    classes: tuple[str, ...]
    train: int
    """Pictures."""
    valid: int
    metric: str = "accuracy"
    """What tells the best epoch, among `Epoch.valid`."""
    data: str = ""
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    epoch: int
    """From 1."""
    step: int
    """Steps done in this epoch."""
    loss: float
    """The mean of the latest ones."""
    lr: float
    rate: float
    """Pictures a second."""
    left_s: float
    """To the end of all epochs."""


@dataclass(frozen=True, slots=True)
class Epoch:
    epoch: int
    train: Metrics
    valid: Metrics
    best: bool
    seconds: float
    lr: float = 0.0


@dataclass(frozen=True, slots=True)
class End:
    reason: Reason
    best: Mapping[str, float] = field(default_factory=dict)
    """The best epoch's number and metrics; empty where none was finished."""
    weights: str | None = None
    card: str | None = None
    test: Metrics = field(default_factory=dict)
    """What the best weights reach on the test pictures, where there are any."""


@dataclass(frozen=True, slots=True)
class Failure:
    sentence: str


Event = Start | Step | Epoch | End | Failure
Listener = Callable[[Event], None]

_KINDS: dict[str, type[Event]] = {"start": Start, "step": Step, "epoch": Epoch, "end": End, "error": Failure}
_PATHS = ("weights", "card")
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_line(event: Event) -> str:
    """One JSON object without a line's end. What is not finite is null."""
    return json.dumps({"event": _NAMES[type(event)], **_finite(asdict(event))}, allow_nan=False)


def read_line(line: str) -> Event | None:
    """The event of a line; None for a line that is none: half-written, or of a later version."""
    try:
        told = json.loads(line)
        kind = _KINDS[told.pop("event")]
        known = {each.name for each in fields(kind)}
        values = {key: value if key in _PATHS else _numbered(value) for key, value in told.items() if key in known}
        if isinstance(values.get("classes"), list):
            values["classes"] = tuple(map(str, values["classes"]))
        return kind(**values)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def writes_lines(stream: TextIO) -> Listener:
    """A listener that prints every event at once."""

    def listen(event: Event) -> None:
        stream.write(f"{to_line(event)}\n")
        stream.flush()

    return listen


def _numbered(value: Any) -> Any:
    """What was not finite is no number again."""
    if isinstance(value, dict):
        return {key: _numbered(each) for key, each in value.items()}
    return math.nan if value is None else value


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
