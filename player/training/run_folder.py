"""Where a run lies: one folder with its recipe, its figures, its checkpoint and what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player.home import data_home
from player.training.events import Start, read_line

_UNFINISHED = re.compile(r".+\.(toml|pt|safetensors|png)\.\d+\.part")
"""As player.whole_file names them."""


def runs_folder() -> Path:
    """Where runs go that were given no folder. It need not exist yet."""
    return data_home() / "training"


def new_run(name: str, now: datetime) -> Path:
    """A folder for a run of the recipe `name` that does not exist yet."""
    wanted = runs_folder() / f"{name}-{now:%Y-%m-%d-%H-%M-%S}"
    folder, count = wanted, 1
    while folder.exists():
        count += 1
        folder = wanted.with_name(f"{wanted.name}-{count}")
    return folder


def last_run(name: str) -> Path | None:
    """The newest run of the recipe `name` among those that were given no folder."""
    found = [path for path in runs_folder().glob(f"{name}-[0-9]*") if RunFolder(path).recipe.is_file()]
    return max(found, key=lambda path: RunFolder(path).recipe.stat().st_mtime, default=None)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a run was begun with besides its recipe."""

    data: Path
    device: str
    threads: int


@dataclass(frozen=True, slots=True)
class RunFolder:
    path: Path

    def circumstances(self) -> Circumstances | None:
        """Those of the run that lies here; None where it did not get so far."""
        try:
            with open(self.metrics, encoding="utf-8", errors="replace") as file:
                start = read_line(file.readline())
        except OSError:
            return None
        return Circumstances(Path(start.data), start.device, start.threads) if isinstance(start, Start) else None

    @property
    def is_free(self) -> bool:
        """Whether a run can begin here: nothing is there, or what one left that was killed at once."""
        return not self.path.exists() or (self.path.is_dir() and set(self.path.iterdir()) <= set(self._leftovers()))

    def clear(self) -> None:
        """Takes away files that somebody was writing who was killed. Only for who holds the run. Raises OSError."""
        for path in self._leftovers():
            path.unlink(missing_ok=True)

    def _leftovers(self) -> list[Path]:
        return [path for path in self.path.glob("*.part") if _UNFINISHED.fullmatch(path.name)]

    @property
    def recipe(self) -> Path:
        """The recipe's text, as it was when the run began."""
        return self.path / "recipe.toml"

    @property
    def metrics(self) -> Path:
        """The events as JSON lines, each step's left out but for some."""
        return self.path / "metrics.jsonl"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.pt"

    @property
    def curves(self) -> Path:
        return self.path / "curves.png"

    @property
    def confusion(self) -> Path:
        return self.path / "confusion.png"

    @property
    def tensorboard(self) -> Path:
        return self.path / "tensorboard"

    def weights(self, name: str) -> Path:
        """The best epoch's, which the player opens."""
        return self.path / f"{name}.safetensors"

    def card(self, name: str) -> Path:
        return self.path / f"{name}.toml"
