"""From what a person names to a model that may be opened: the file is looked into off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from player.errors import PlayerError
from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from player.analysis.model_file import ModelFile
    from player.analysis.selection import Selection
    from player.analysis.trust import Trust
    from player.watching import Precision


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said of a model that is to be opened. None is as it was last time, else as the model's card has it."""

    device: str = "auto"
    low: float | None = None
    high: float | None = None
    iou: float | None = None
    classes: tuple[str, ...] = ()
    """Only these are shown; () is all."""
    precision: Precision = "auto"


@dataclass(eq=False, slots=True)
class Opening:
    """A model on its way. GUI thread only."""

    name: str
    """A path, or a name of the catalogue."""
    place: int | None
    """Of the open models, the one that it is instead of; None: of all."""
    wish: Wish
    by_hand: bool
    """A person picked it, and may be asked whether it can be trusted."""
    done: Callable[[PlayerError | None], None]
    examined: Examined | None = None


@dataclass(eq=False, slots=True)
class Seat:
    """An open model, as the window sees it. GUI thread only."""

    slot: int
    number: int
    """Of two, the one that was opened first has the lower one."""
    path: str
    sha256: str
    wish: Wish
    done: Callable[[PlayerError | None], None]
    is_new: bool = True
    """Nothing has been heard of it yet."""
    failed: bool = False
    """That it has failed was told."""

    @property
    def model_id(self) -> str:
        return self.sha256[:12]


class Examined(NamedTuple):
    file: ModelFile
    allowed: bool
    trust: Trust


class Examiner:
    """Looks into model files, on a thread of its owner's choice."""

    def __init__(self) -> None:
        self.registry: Path | None = None
        """Where it is kept which programs may run; set before the first look."""
        self.vouched: tuple[str, ...] = ()
        """Models that were vouched for on the command line; likewise."""
        self._trust: Trust | None = None

    def examine(self, name: str) -> Examined | PlayerError:
        """Raises nothing: an error is the answer."""
        import player.analysis.analysis  # noqa: F401  # numpy and all that takes time to load
        from player.analysis.model_file import inspect_model
        from player.analysis.model_names import resolve_model
        from player.analysis.trust import Trust

        if self._trust is None:
            self._trust = Trust(self.registry, named=_files_of(self.vouched))
        try:
            file = inspect_model(resolve_model(name))
        except PlayerError as error:
            return error
        return Examined(file, self._trust.allows(file), self._trust)


def _files_of(names: tuple[str, ...]) -> list[Path]:
    from player.analysis.model_names import resolve_model

    found = []
    for name in names:
        with suppress(PlayerError):  # it is said when the model is to be opened
            found.append(resolve_model(name))
    return found


def wished(wish: Wish, base: Selection, labels: tuple[str, ...]) -> Selection:
    """`base` with what was said otherwise. Raises UsageError for a class that the model does not know."""
    from dataclasses import replace

    from player.analysis.class_choice import hidden_classes

    high = base.high if wish.high is None else wish.high
    return replace(
        base,
        low=min(base.low, high) if wish.low is None else wish.low,
        high=high,
        iou=base.iou if wish.iou is None else wish.iou,
        hidden=hidden_classes(labels, wish.classes) if wish.classes else base.hidden,
    )
