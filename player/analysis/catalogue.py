"""The models that the product knows by name: where each is fetched, what it must be, how it is used."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from player.analysis.card import InputSpec, ModelCard, Task


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that can be fetched."""

    name: str
    title: str
    """For people: what it is and what it is good for."""
    task: Task
    licence: str
    repository: str
    """`owner/name` on GitHub."""
    commit: str
    path: str
    """Within the repository."""
    size: int
    """In bytes."""
    sha256: str

    @property
    def address(self) -> str:
        return f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{quote(self.path, safe='/:')}"

    @property
    def file_name(self) -> str:
        """What it is called where it is installed."""
        return self.name + PurePosixPath(self.path).suffix


@functools.cache
def catalogue() -> tuple[Entry, ...]:
    """Every entry, as the file has them."""
    own = Entry.__slots__
    return tuple(Entry(**{key: model[key] for key in own}) for model in _read()["model"])


def find_entry(name: str) -> Entry | None:
    return next((each for each in catalogue() if each.name == name), None)


def entry_of(sha256: str) -> Entry | None:
    """The entry of a file with this sha256, wherever it lies."""
    return next((each for each in catalogue() if each.sha256 == sha256), None)


def card_for(sha256: str) -> ModelCard | None:
    """The card of a file with this sha256; None for a file that is not of the catalogue."""
    entry = entry_of(sha256)
    if entry is None:
        return None
    data = _read()
    model = next(each for each in data["model"] if each["sha256"] == sha256)
    return ModelCard(
        name=entry.name,
        task=entry.task,
        input=_input_of(model["input"]),
        decoder=model["decoder"],
        labels=tuple(data["labels"][model["labels"]]),
        conf=model["conf"],
        iou=model["iou"],
        licence=entry.licence,
        source=entry.address,
        sha256=sha256,
    )


def _input_of(table: dict[str, Any]) -> InputSpec:
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return InputSpec(**given)


def _read() -> dict[str, Any]:
    return tomllib.loads(files("resources").joinpath("models", "catalogue.toml").read_text(encoding="utf-8"))
