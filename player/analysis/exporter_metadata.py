"""What Ultralytics' exporters (YOLOv5 to YOLO11) wrote into an ONNX or TorchScript file, as a card."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

MAX_CHARACTERS = 1_000_000
_TASKS = {"detect": "detect", "segment": "detect", "pose": "detect", "classify": "classify"}


def metadata_of_torchscript(data: bytes) -> dict[str, str]:
    """The extra file `config.txt`, key by key; nothing is run. Empty where there is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith("/extra/config.txt") and entry.file_size <= MAX_CHARACTERS:
                try:
                    found = json.loads(archive.read(entry))
                except Exception:  # a damaged archive raises whatever its unpacker does
                    return {}
                if not isinstance(found, dict):
                    return {}
                return {
                    str(key): value if isinstance(value, str) else json.dumps(value) for key, value in found.items()
                }
    return {}


def table_of(metadata: Mapping[str, str]) -> dict[str, Any]:
    """The part of a card that the metadata tell; empty where they are not Ultralytics'."""
    names, stride = _names(metadata.get("names", "")), _value(metadata.get("stride", ""))
    if names is None or not isinstance(stride, (int, float)) or not 1 <= stride <= 4096:
        return {}
    table: dict[str, Any] = {
        "task": _TASKS.get(metadata.get("task", "detect"), metadata.get("task")),
        "labels": names,
        # The same for all their detectors: a letterbox in grey around the middle, RGB from 0 to 1.
        "input": {
            "fit": "letterbox", "place": "centre", "fill": 114, "order": "rgb", "scale": 1 / 255,
            "multiple": int(stride),
        },
    }  # fmt: skip
    if table["task"] == "classify":  # the middle of the picture
        table["input"] = {"fit": "crop", "order": "rgb", "scale": 1 / 255}
    size = _value(metadata.get("imgsz", metadata.get("shape", "")))  # YOLOv5 writes batch and channels before them
    if isinstance(size, (list, tuple)) and len(size) >= 2 and all(isinstance(each, int) and each > 0 for each in size):
        table["input"]["size"] = [size[-1], size[-2]]
    for key, ours in (("description", "name"), ("license", "licence"), ("docs", "source")):
        if metadata.get(key):
            table[ours] = metadata[key]
    return table


def for_decoder(table: Mapping[str, Any], decoder: str) -> Mapping[str, Any]:
    """The card `table_of` gave, once the decoder is known: RT-DETR is exported for stretched pictures."""
    return {**table, "input": {**table["input"], "fit": "stretch"}} if decoder == "rtdetr" else table


def _names(text: str) -> list[str] | None:
    """{0: 'person', 1: ...} or a list; numbers without a name are called by their number."""
    names = _value(text)
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, dict) or not names or len(names) > 100_000:
        return None
    try:
        by_number = {int(key): str(name) for key, name in names.items()}
    except (TypeError, ValueError):
        return None
    if not 0 <= min(by_number) <= max(by_number) < 100_000:
        return None
    return [by_number.get(number, str(number)) for number in range(max(by_number) + 1)]


def _value(text: str) -> Any:
    """A Python or JSON literal; None for anything else."""
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
