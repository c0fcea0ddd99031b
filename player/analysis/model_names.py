"""What a person may write for a model: a file's path, or the name of one in the box, installed, or of the catalogue."""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from player.analysis.catalogue import Entry, catalogue, find_entry
from player.errors import ModelError
from player.home import models_folder

MODEL_SUFFIXES = frozenset({".onnx", ".safetensors", ".pth", ".pt", ".pt2", ".ckpt", ".th", ".torchscript"})


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A file of the models' folder, or one in the box."""

    name: str
    path: Path
    entry: Entry | None
    """The catalogue's, for a file that stands where it would put its own."""
    title: str = ""
    """For people: what one in the box is."""


def place_of(entry: Entry) -> Path:
    """Where the catalogue's file belongs, whether or not it is there."""
    return models_folder() / entry.file_name


def installed_models() -> tuple[InstalledModel, ...]:
    """By name. Reads the folder; a file's name is its own without the suffix."""
    of_catalogue = {each.file_name: each for each in catalogue()}
    try:
        paths = sorted(path for path in models_folder().iterdir() if _is_model(path))
    except OSError:
        return ()
    return tuple(InstalledModel(path.stem, path, of_catalogue.get(path.name)) for path in paths)


def models_in_box() -> tuple[InstalledModel, ...]:
    """Those that come with the product, by name. Each has a card beside it."""
    folder = Path(str(files("resources").joinpath("models")))
    return tuple(
        InstalledModel(path.stem, path, None, tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))["name"])
        for path in sorted(folder.glob("*.safetensors"))
    )


def resolve_model(text: str) -> Path:
    """The file that `text` means. Raises ModelError with a sentence that says what to do instead."""
    path = Path(text).expanduser()
    if path.is_file():
        return path
    found = [each for each in installed_models() if text in (each.name, each.path.name)]
    if len(found) == 1:
        return found[0].path
    if found:
        names = " or ".join(each.path.name for each in found)
        raise ModelError(f"There are several models {text} in {models_folder()}; say {names}.")
    for each in models_in_box():
        if each.name == text:
            return each.path
    entry = find_entry(text)
    if entry is not None:
        raise ModelError(f"The model {text} is not installed; `overplay models get {text}` fetches it.")
    if os.sep in text or path.suffix.lower() in MODEL_SUFFIXES:
        raise ModelError(f"There is no file {text}.")
    raise ModelError(f"There is no model {text}{_instead(text)}; `overplay models list` shows those there are.")


def _instead(text: str) -> str:
    models = (*installed_models(), *models_in_box())
    near = difflib.get_close_matches(
        text, sorted({each.name for each in catalogue()} | {each.name for each in models}), n=1
    )
    return f" (did you mean {near[0]}?)" if near else ""


def _is_model(path: Path) -> bool:
    return path.suffix.lower() in MODEL_SUFFIXES and path.is_file()
