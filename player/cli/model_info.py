"""`overplay models info`: what a model is, where it is from, how a picture goes in and boxes come out."""

from __future__ import annotations

import json
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from player.errors import UntrustedModelError, plain

if TYPE_CHECKING:
    from player.analysis.card import InputSpec, ModelCard
    from player.analysis.catalogue import Entry
    from player.analysis.model_file import ModelFile

_KINDS = {
    "onnx": "ONNX",
    "safetensors": "safetensors",
    "state-dict": "weights of a built-in network",
    "pt2": "a program (torch.export)",
    "torchscript": "a program (TorchScript)",
}
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known; None is not."""

    file: ModelFile | None = None
    entry: Entry | None = None
    card: ModelCard | None = None
    runs_on: str = ""
    remark: str = ""
    """Why something is not known."""


def facts_of(text: str) -> ModelFacts:
    """Of a path or a name; opens the model, unless it is a program that nobody trusts. Raises ModelError."""
    from player.analysis.catalogue import card_for, entry_of, find_entry
    from player.analysis.model_file import inspect_model
    from player.analysis.model_names import place_of, resolve_model

    entry = find_entry(text)
    if entry is not None and not place_of(entry).exists():
        remark = f"It is not installed; `overplay models get {entry.name}` fetches it from {entry.address}."
        return ModelFacts(entry=entry, card=card_for(entry.sha256), remark=remark)
    file = inspect_model(resolve_model(text))
    entry = entry_of(file.sha256)
    from player.analysis.loading import load_model
    from player.analysis.trust import Trust, registry_file

    try:
        loaded = load_model(file.path, device="cpu", trust=Trust(registry_file()))
    except UntrustedModelError as error:
        return ModelFacts(file, entry, remark=str(error))
    loaded.backend.close()
    return ModelFacts(loaded.file, entry, loaded.card, f"{loaded.backend.engine} on the CPU")


def to_json(facts: ModelFacts) -> str:
    from player.analysis.card_file import card_to_toml

    said: dict[str, Any] = {"name": None, "installed": facts.file is not None}
    if facts.card is not None:
        said["card"] = tomllib.loads(card_to_toml(facts.card)) | {"guessed": list(facts.card.guessed)}
        said["name"] = facts.card.name
    if facts.file is not None:
        file = facts.file
        said["file"] = {"path": str(file.path), "kind": file.kind, "size": file.size, "sha256": file.sha256}
    if facts.entry is not None:
        said["catalogue"] = {"name": facts.entry.name, "title": facts.entry.title, "address": facts.entry.address}
    return json.dumps(said | {"runs_on": facts.runs_on, "remark": facts.remark}, indent=2, ensure_ascii=False)


def describe(facts: ModelFacts) -> Iterator[str]:
    """Lines for people."""
    for name, text in _rows(facts):
        lines = textwrap.wrap(plain(text), _WIDTH) if name == "classes" else [plain(text)]
        heads = [f"  {name:<9}" if name else "", " " * 11]
        yield from (heads[number > 0] + line for number, line in enumerate(lines))


def _rows(facts: ModelFacts) -> Iterator[tuple[str, str]]:
    card, file, entry = facts.card, facts.file, facts.entry
    yield "", card.name if card is not None else file.path.name if file is not None else ""
    if entry is not None:
        yield "is", entry.title
    if file is not None:
        yield "file", f"{file.path}, {_KINDS[file.kind]}, {file.size} bytes"
    sha256 = file.sha256 if file is not None else entry.sha256 if entry is not None else ""
    yield "sha256", sha256
    if card is not None:
        yield "licence", card.licence or "not stated"
        yield "source", card.source or "not stated"
        yield "task", card.task
        yield "classes", f"{len(card.labels)}: {', '.join(card.labels)}" if card.labels else "not named"
        yield "input", _input(card.input)
        parameters = ", ".join(f"{key} = {value}" for key, value in card.parameters.items())
        yield "decoder", card.decoder + (f" ({parameters})" if parameters else "")
        if card.task == "classify":
            yield "shows", "the five likeliest classes"
        else:
            overlap = f"those that overlap by more than {card.iou:g} are one"
            yield "shows", f"boxes from confidence {card.conf:g} on; {overlap}"
        if card.guessed:
            yield "guessed", f"{', '.join(card.guessed)}: nobody stated them, they were told from the model's shapes"
    if facts.runs_on:
        yield "runs on", facts.runs_on
    if facts.remark:
        yield "", facts.remark


def _input(spec: InputSpec) -> str:
    size = f"{spec.width}x{spec.height}" if spec.width and spec.height else "any size"
    if spec.multiple > 1:
        size += f", in multiples of {spec.multiple}"
    if spec.fit == "letterbox":
        place = "in the middle" if spec.place == "centre" else "at the top left"
        fit = f"the picture {place} of a letterbox of {spec.fill:g}"
    elif spec.fit == "crop":
        fit = "the picture's middle" + (f" ({spec.crop:.3g} of its shorter side)" if spec.crop < 1 else "")
    else:
        fit = "the picture stretched"
    return f"{size}, {fit}, {spec.order if spec.channels == 1 else spec.order.upper()} {_values(spec)}"


def _values(spec: InputSpec) -> str:
    if spec.mean == (0.0, 0.0, 0.0) and spec.std == (1.0, 1.0, 1.0):
        return f"from 0 to {255 * spec.scale:.6g}"
    mean, std = _each(spec.mean[: spec.channels]), _each(spec.std[: spec.channels])
    return f"from 0 to {255 * spec.scale:.6g}, less {mean}, divided by {std}"


def _each(values: tuple[float, ...]) -> str:
    return f"{values[0]:g}" if len(set(values)) == 1 else f"({', '.join(f'{value:g}' for value in values)})"
