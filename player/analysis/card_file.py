"""Cards as TOML: read beside a model, put together with what else is known of it, written with an export."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from player.analysis.card import Fit, InputSpec, ModelCard, Order, Place, Task
from player.analysis.model_file import read_regular
from player.errors import ModelError

Table = Mapping[str, Any]
"""A card, or a part of one, as its TOML file has it."""
Size = tuple[int | None, int | None]
"""Width and height, as the model's input shape tells them."""
Guess = Callable[[tuple[str, ...], Size], tuple[str, Mapping[str, object]] | None]
"""Labels and the input's size to a decoder's name and parameters; None where it cannot be told."""

KEYS = frozenset({"name", "task", "input", "output", "labels", "conf", "iou", "licence", "source", "sha256"})
INPUT_KEYS = frozenset({"size", "fit", "place", "fill", "order", "scale", "mean", "std", "multiple", "name", "crop"})


def card_beside(model: Path) -> Path | None:
    """The card file that belongs to a model file, if there is one: net.onnx.toml, else net.toml."""
    for path in (model.with_name(f"{model.name}.toml"), model.with_suffix(".toml")):
        if path.is_file():
            return path
    return None


def read_table(path: Path) -> dict[str, Any]:
    """A card file's table; labels that it names by a file are read. Raises ModelError that names what is wrong."""
    try:
        table = tomllib.loads(read_regular(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"The card {path.name} is no TOML: {error}.") from error
    labels = table.get("labels")
    if isinstance(labels, str):
        if Path(labels).name != labels:
            raise ModelError(f"The card {path.name} names labels outside its folder ({labels}).")
        lines = read_regular(path.parent / labels).decode("utf-8", "replace").splitlines()
        table["labels"] = [line.strip() for line in lines if line.strip()]
    return table


def read_card(path: str | Path) -> ModelCard:
    """A card file that leaves nothing to be told from a model's shapes but its size. Raises ModelError."""
    path = Path(path)
    return make_card([read_table(path)], name=path.stem, told_by=path.name)


def make_card(
    tables: Iterable[Table],
    *,
    name: str,
    told_by: str,
    size: Size = (None, None),
    guess: Guess | None = None,
) -> ModelCard:
    """The card that `tables` make together, earlier ones before later ones, key by key.

    `size` is the model's own; `guess` tells the decoder from the model's shapes.
    `told_by` is the file to name in an error: ModelError, for a key that is missing, unknown or wrong.
    """
    fields = _Fields(merge_tables(tables), told_by)
    task = fields.choice("task", get_args(Task))
    labels = fields.labels(("face",) if task == "faces" else () if task in ("superres", "classify") else None)
    guessed: list[str] = []
    size = _size(fields, size, guessed)
    if task == "classify" and fields.table("output").get("decoder") is None:
        guess = _classifies
    decoder, parameters = _output(fields, labels, size, guess, guessed)
    fit = fields.choice("input.fit", get_args(Fit))
    boxed = fit == "letterbox"
    order = fields.choice("input.order", get_args(Order))
    spec = InputSpec(
        width=size[0],
        height=size[1],
        fit=fit,
        place=fields.choice("input.place", get_args(Place)) if boxed else "centre",
        fill=fields.number("input.fill", None if boxed else 0.0),
        crop=fields.number("input.crop", 1.0),
        order=order,
        scale=fields.number("input.scale"),
        mean=fields.channels("input.mean", order, 0.0),
        std=fields.channels("input.std", order, 1.0),
        multiple=fields.whole("input.multiple", 1),
        name=fields.text("input.name", "") or None,
    )
    if 0.0 in spec.std or spec.multiple < 1:
        raise fields.wrong("input.std" if 0.0 in spec.std else "input.multiple", "a number above 0")
    if not 0 < spec.crop <= 1:
        raise fields.wrong("input.crop", "a share from 0 to 1")
    fields.refuse_missing()
    return ModelCard(
        name=fields.text("name", name),
        task=task,
        input=spec,
        decoder=decoder,
        parameters=MappingProxyType(dict(parameters)),
        labels=labels,
        conf=fields.number("conf", 0.25),
        iou=fields.number("iou", 0.45),
        licence=fields.text("licence", ""),
        source=fields.text("source", ""),
        sha256=fields.text("sha256", "").lower(),
        guessed=tuple(guessed),
    )


def card_to_toml(card: ModelCard) -> str:
    """The card as its file has it: `read_card` gives it back, but for `guessed`."""
    spec = card.input
    size = {"size": [spec.width, spec.height]} if spec.width and spec.height else {}
    fitted: dict[str, dict[str, object]]
    fitted = {"letterbox": {"place": spec.place, "fill": spec.fill}, "crop": {"crop": spec.crop}}
    named = {"name": spec.name} if spec.name else {}
    top = {
        "name": card.name, "task": card.task, "labels": list(card.labels), "conf": card.conf, "iou": card.iou,
        "licence": card.licence, "source": card.source, "sha256": card.sha256,
    }  # fmt: skip
    table = {
        **size, "fit": spec.fit, **fitted.get(spec.fit, {}), "order": spec.order, "scale": spec.scale,
        "mean": list(spec.mean[: spec.channels]), "std": list(spec.std[: spec.channels]), "multiple": spec.multiple,
        **named,
    }  # fmt: skip
    parts: list[tuple[str, Mapping[str, object]]]
    parts = [("", top), ("[input]\n", table), ("[output]\n", {"decoder": card.decoder, **card.parameters})]
    return "\n".join(head + "".join(f"{key} = {_toml(value)}\n" for key, value in part.items()) for head, part in parts)


def _toml(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):  # JSON's escapes are TOML's, but for this one character
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def merge_tables(tables: Iterable[Table]) -> dict[str, Any]:
    """The first that says a key wins."""
    merged: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if isinstance(value, Mapping) and isinstance(merged.get(key), dict):
                # A decoder's parameters belong to it: those of another one are nothing to this.
                if key != "output" or len({value.get("decoder"), merged[key].get("decoder")} - {None}) < 2:
                    merged[key] = {**value, **merged[key]}
            elif key not in merged:
                merged[key] = dict(value) if isinstance(value, Mapping) else value
    return merged


def stated_channels(table: Table) -> int:
    """How many the input has, by what a card's table says of their order."""
    return 1 if _Fields(dict(table), "it").table("input").get("order") == "gray" else 3


def stated_size(table: Table) -> Size:
    """What a card's table says of the input's size."""
    return _size(_Fields(dict(table), "it"), (None, None), [])


def _size(fields: _Fields, model: Size, guessed: list[str]) -> Size:
    stated = fields.numbers("input.size", 2)
    if stated is None:
        if None not in model:
            guessed.append("input.size")
        return model
    size = int(stated[0]), int(stated[1])
    if min(size) < 1 or list(size) != stated:
        raise fields.wrong("input.size", "a width and a height in pixels")
    for own, said in zip(model, size, strict=True):
        if own is not None and own != said:
            raise fields.wrong("input.size", f"{model[0]} x {model[1]}, as the model itself has it")
    return size


def _classifies(_labels: tuple[str, ...], _size: Size) -> tuple[str, Mapping[str, object]]:
    """There is but one way to read a classifier."""
    return "classify", {}


def _output(
    fields: _Fields,
    labels: tuple[str, ...],
    size: Size,
    guess: Guess | None,
    guessed: list[str],
) -> tuple[str, Mapping[str, object]]:
    parameters = dict(fields.table("output"))
    decoder = parameters.pop("decoder", None)
    if decoder is None:
        told = guess(labels, size) if guess is not None else None
        if told is None:
            fields.miss("output.decoder")
            return "", {}
        guessed.append("output.decoder")
        return told[0], {**told[1], **parameters}
    if not isinstance(decoder, str):
        raise fields.wrong("output.decoder", "a decoder's name")
    return decoder, parameters


class _Fields:
    """Takes values out of a card's table, by dotted keys; collects the keys that are missing."""

    def __init__(self, table: dict[str, Any], told_by: str) -> None:
        self._table = table
        self._told_by = told_by
        self._missing: list[str] = []
        unknown = [key for key in table if key not in KEYS]
        unknown += [f"input.{key}" for key in self.table("input") if key not in INPUT_KEYS]
        if unknown:
            raise ModelError(f"The card of {told_by} has a key that is not known: {unknown[0]}.")

    def table(self, key: str) -> Mapping[str, Any]:
        value = self._table.get(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong(key, "a table")
        return value

    def miss(self, key: str) -> None:
        self._missing.append(key)

    def refuse_missing(self) -> None:
        if self._missing:
            keys = ", ".join(self._missing)
            raise ModelError(
                f"Nothing says {keys} of {self._told_by}: a card beside it ({Path(self._told_by).stem}.toml) has to."
            )

    def wrong(self, key: str, wanted: str) -> ModelError:
        return ModelError(f"The card of {self._told_by} has {self._get(key)!r} for {key}, which is {wanted}.")

    def choice(self, key: str, choices: tuple[Any, ...]) -> Any:
        value = self._get(key)
        if value is None:
            self.miss(key)
            return None  # for now: refuse_missing comes before anybody uses it
        if value not in choices:
            raise self.wrong(key, f"one of {', '.join(choices)}")
        return value

    def text(self, key: str, default: str) -> str:
        value = self._get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(key, "a text")
        return default if value is None else value

    def number(self, key: str, default: float | None = None) -> float:
        value = self._get(key)
        if value is None:
            if default is None:
                self.miss(key)
            return default or 0.0
        if not _is_number(value):
            raise self.wrong(key, "a number")
        return float(value)

    def whole(self, key: str, default: int) -> int:
        value = self.number(key, default)
        if value != int(value):
            raise self.wrong(key, "a whole number")
        return int(value)

    def channels(self, key: str, order: str | None, default: float) -> tuple[float, float, float]:
        """A number for each channel; a gray picture's one stands in every place."""
        if order == "gray":
            values = self.numbers(key, 1)
            return (default if values is None else values[0],) * 3
        values = self.numbers(key, 3)
        return (default,) * 3 if values is None else (values[0], values[1], values[2])

    def numbers(self, key: str, count: int) -> list[float] | None:
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != count or not all(map(_is_number, value)):
            raise self.wrong(key, f"a list of {count} numbers")
        return [float(each) for each in value]

    def labels(self, default: tuple[str, ...] | None) -> tuple[str, ...]:
        value = self._get("labels")
        if value is None:
            if default is None:
                self.miss("labels")
            return default or ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong("labels", "a list of names")
        return tuple(value)

    def _get(self, key: str) -> Any:
        table, _, inner = key.partition(".")
        return self.table(table).get(inner) if inner else self._table.get(key)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
