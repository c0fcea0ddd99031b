"""An ONNX file as one piece of bytes for an engine: weights from beside it put in, and none of them an input."""

from __future__ import annotations

import os
from pathlib import Path

from player.analysis._wire import read_fields, write_field, write_head
from player.analysis.model_file import MAX_BYTES, read_regular
from player.analysis.onnx_file import OnnxFile, input_name, read_tensor_head
from player.errors import ModelError

_MODEL_GRAPH, _GRAPH_INITIALIZER, _GRAPH_INPUT = 7, 5, 11
_TENSOR_RAW, _TENSOR_EXTERNAL, _TENSOR_LOCATION = 9, 13, 14

Pieces = list[bytes | memoryview]


def self_contained(data: bytes, file: OnnxFile, path: Path) -> bytes:
    """The ONNX file at `path` with all its weights inside; `data` itself where nothing is to be done.

    Weights that are listed as inputs too, with a default, stop being inputs: engines run those twice as fast.
    Raises ModelError for what lies outside the model's own folder, or cannot be read.
    """
    if file.hidden_external:
        raise ModelError(f"Cannot open {path.name}: a weight within one of its nodes lies in another file.")
    if not file.external and not file.weight_inputs:
        return data
    held = {location: _read_beside(path, location) for location in {each.location for each in file.external}}
    if len(data) + sum(map(len, held.values())) > MAX_BYTES:
        raise ModelError(f"Cannot open {path.name}: with the weights beside it, it is larger than 2 GiB.")
    model: Pieces = []
    for number, wire, value in read_fields(memoryview(data)):
        if number == _MODEL_GRAPH and isinstance(value, memoryview):
            model += _wrapped(number, _graph(value, file, held, path.name))
        else:
            model += write_field(number, wire, value)
    return b"".join(model)


def _graph(graph: memoryview, file: OnnxFile, held: dict[str, bytes], name: str) -> Pieces:
    pieces: Pieces = []
    for number, wire, value in read_fields(graph):
        if number == _GRAPH_INITIALIZER and isinstance(value, memoryview):
            pieces += _wrapped(number, _tensor(value, held, name))
        elif not (number == _GRAPH_INPUT and isinstance(value, memoryview) and input_name(value) in file.weight_inputs):
            pieces += write_field(number, wire, value)
    return pieces


def _tensor(tensor: memoryview, held: dict[str, bytes], name: str) -> Pieces:
    external = read_tensor_head(tensor)[1]
    if external is None:
        return [tensor]
    whole = held[external.location]
    end = len(whole) if external.length is None else external.offset + external.length
    if not 0 <= external.offset <= end <= len(whole):
        raise ModelError(f"Cannot open {name}: {external.location} is too short for the weights that should be in it.")
    pieces: Pieces = []
    for number, wire, value in read_fields(tensor):
        if number not in (_TENSOR_RAW, _TENSOR_EXTERNAL, _TENSOR_LOCATION):
            pieces += write_field(number, wire, value)
    return [*pieces, *_wrapped(_TENSOR_RAW, [memoryview(whole)[external.offset : end]])]


def _wrapped(number: int, pieces: Pieces) -> Pieces:
    return [write_head(number, sum(map(len, pieces))), *pieces]


def _read_beside(path: Path, location: str) -> bytes:
    """The file `location`, which must really lie in the model's folder: no link leads out of it."""
    folder = os.path.realpath(path.parent)
    target = os.path.realpath(os.path.join(folder, location.replace("\0", "")))
    if not location or "\0" in location or os.path.isabs(location) or not target.startswith(os.path.join(folder, "")):
        raise ModelError(f"Cannot open {path.name}: its weights lie outside its own folder ({location}).")
    return read_regular(Path(target))
