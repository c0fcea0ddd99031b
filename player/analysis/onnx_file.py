"""What an ONNX file holds, read from its bytes: inputs, outputs, operators, weights kept elsewhere. Nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from player.analysis._wire import BYTES, WireError, read_fields
from player.errors import ModelError

STANDARD_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
"""Operators of other domains come from libraries that a file cannot bring along."""
DEPTH = 32
"""Subgraphs within subgraphs; no real network has more than a few."""

FLOAT, FLOAT16 = 1, 10
"""ONNX' numbers for the element types that pictures come in."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    name: str
    element: int
    """ONNX' number of the element type."""
    shape: tuple[int | None, ...]
    """None where the size is open."""


@dataclass(frozen=True, slots=True)
class ExternalTensor:
    """A weight that lies in another file."""

    name: str
    location: str
    offset: int
    length: int | None
    """None: to the file's end."""


@dataclass(slots=True)
class OnnxFile:
    inputs: list[TensorInfo] = field(default_factory=list)
    """Without those that are weights with a default."""
    weight_inputs: set[str] = field(default_factory=set)
    """Those."""
    outputs: list[TensorInfo] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    operators: set[tuple[str, str]] = field(default_factory=set)
    """Domain and name of every operator used anywhere, but for functions the file itself defines."""
    external: list[ExternalTensor] = field(default_factory=list)
    hidden_external: bool = False
    """A weight within a node or a subgraph lies in another file."""


def looks_like_onnx(data: bytes) -> bool:
    """Whether this is a message with a graph and a set of operators in it."""
    found = set()
    try:
        for number, wire, _value in read_fields(memoryview(data)):
            found.add((number, wire))
            if number > 1000 or number == 0:
                return False
    except WireError:
        return False
    return {(_MODEL_GRAPH, BYTES), (_MODEL_OPSET, BYTES)} <= found


def read_onnx(data: bytes, name: str) -> OnnxFile:
    """Raises ModelError where the bytes are damaged."""
    try:
        return _Reader().read(memoryview(data))
    except (WireError, UnicodeDecodeError) as error:
        raise ModelError(f"Cannot open {name}: it is a damaged ONNX file ({error}).") from error


def refuse_custom_operators(file: OnnxFile, name: str) -> None:
    """Raises ModelError that names the operators which no engine has by itself."""
    custom = sorted(f"{domain}.{operator}" for domain, operator in file.operators if domain not in STANDARD_DOMAINS)
    if custom:
        named = ", ".join(custom[:4]) + (f" and {len(custom) - 4} more" if len(custom) > 4 else "")
        raise ModelError(f"Cannot open {name}: it uses custom operators ({named}), which are refused.")


# Field numbers of onnx.proto.
_MODEL_GRAPH, _MODEL_OPSET, _MODEL_METADATA, _MODEL_TRAINING, _MODEL_FUNCTIONS = 7, 8, 14, 20, 25
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_INPUT, _GRAPH_OUTPUT, _GRAPH_SPARSE = 1, 5, 11, 12, 15
_NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 5, 7
_TENSOR_NAME, _TENSOR_EXTERNAL, _TENSOR_LOCATION = 8, 13, 14


class _Reader:
    def __init__(self) -> None:
        self._file = OnnxFile()
        self._functions: set[tuple[str, str]] = set()

    def read(self, model: memoryview) -> OnnxFile:
        graph_inputs: list[TensorInfo] = []
        initializers: set[str] = set()
        for number, value in _messages(model):
            if number == _MODEL_GRAPH:
                self._top_graph(value, graph_inputs, initializers)
            elif number == _MODEL_METADATA:
                key, text = _pair(value)
                self._file.metadata[key] = text
            elif number == _MODEL_FUNCTIONS:
                self._function(value)
            elif number == _MODEL_TRAINING:
                for part, graph in _messages(value):
                    if part in (1, 2):  # initialization, algorithm
                        self._subgraph(graph, 1)
        self._file.inputs = [each for each in graph_inputs if each.name not in initializers]
        self._file.weight_inputs = {each.name for each in graph_inputs} & initializers
        self._file.operators -= self._functions
        return self._file

    def _top_graph(self, graph: memoryview, inputs: list[TensorInfo], initializers: set[str]) -> None:
        for number, value in _messages(graph):
            if number == _GRAPH_INPUT:
                inputs.append(_value_info(value))
            elif number == _GRAPH_OUTPUT:
                self._file.outputs.append(_value_info(value))
            elif number == _GRAPH_INITIALIZER:
                name, external = read_tensor_head(value)
                initializers.add(name)
                if external is not None:
                    self._file.external.append(external)
            elif number == _GRAPH_SPARSE:
                self._sparse(value)
            elif number == _GRAPH_NODE:
                self._node(value, 0)

    def _subgraph(self, graph: memoryview, depth: int) -> None:
        if depth > DEPTH:
            raise WireError("graphs within graphs without end")
        for number, value in _messages(graph):
            if number == _GRAPH_NODE:
                self._node(value, depth)
            elif number == _GRAPH_INITIALIZER:
                self._hidden(value)
            elif number == _GRAPH_SPARSE:
                self._sparse(value)

    def _node(self, node: memoryview, depth: int) -> None:
        operator = domain = ""
        for number, value in _messages(node):
            if number == _NODE_OPERATOR:
                operator = _text(value)
            elif number == _NODE_DOMAIN:
                domain = _text(value)
            elif number == _NODE_ATTRIBUTE:
                self._attribute(value, depth)
        self._file.operators.add((domain, operator))

    def _attribute(self, attribute: memoryview, depth: int) -> None:
        parts: dict[int, Callable[[memoryview], None]] = {
            5: self._hidden,  # t
            10: self._hidden,  # tensors
            22: self._sparse,
            23: self._sparse,
            6: lambda graph: self._subgraph(graph, depth + 1),  # g
            11: lambda graph: self._subgraph(graph, depth + 1),  # graphs
        }
        for number, value in _messages(attribute):
            if number in parts:
                parts[number](value)

    def _function(self, function: memoryview) -> None:
        name = domain = ""
        for number, value in _messages(function):
            if number == 1:
                name = _text(value)
            elif number == 10:
                domain = _text(value)
            elif number == 7:
                self._node(value, 0)
            elif number == 11:  # an attribute with a default
                self._attribute(value, 0)
        self._functions.add((domain, name))

    def _hidden(self, tensor: memoryview) -> None:
        if read_tensor_head(tensor)[1] is not None:
            self._file.hidden_external = True

    def _sparse(self, tensor: memoryview) -> None:
        for number, value in _messages(tensor):
            if number in (1, 2):  # values, indices
                self._hidden(value)


def read_tensor_head(tensor: memoryview) -> tuple[str, ExternalTensor | None]:
    """A weight's name, and where its values lie if not in the file itself."""
    name = ""
    entries: dict[str, str] = {}
    elsewhere = False
    for number, _wire, value in read_fields(tensor):
        if number == _TENSOR_LOCATION and value == 1:
            elsewhere = True
        elif isinstance(value, memoryview):
            if number == _TENSOR_NAME:
                name = _text(value)
            elif number == _TENSOR_EXTERNAL:
                elsewhere = True
                key, text = _pair(value)
                entries[key] = text
    if not elsewhere:
        return name, None
    try:
        offset = int(entries.get("offset", "0"))
        length = int(entries["length"]) if "length" in entries else None
    except ValueError as error:
        raise WireError(f"the place of {name}'s values is not a number") from error
    return name, ExternalTensor(name, entries.get("location", ""), offset, length)


def input_name(value_info: memoryview) -> str:
    return _value_info(value_info).name


def _value_info(value_info: memoryview) -> TensorInfo:
    name, element = "", 0
    shape: list[int | None] = []
    for number, value in _messages(value_info):
        if number == 1:
            name = _text(value)
        elif number == 2:  # type
            for kind, tensor in _messages(value):
                if kind == 1:  # tensor_type
                    element, shape = _tensor_type(tensor)
    return TensorInfo(name, element, tuple(shape))


def _tensor_type(tensor: memoryview) -> tuple[int, list[int | None]]:
    element = 0
    shape: list[int | None] = []
    for number, _wire, value in read_fields(tensor):
        if number == 1 and isinstance(value, int):
            element = value
        elif number == 2 and isinstance(value, memoryview):
            shape = [_size(dimension) for part, dimension in _messages(value) if part == 1]
    return element, shape


def _size(dimension: memoryview) -> int | None:
    for number, _wire, value in read_fields(dimension):
        if number == 1 and isinstance(value, int) and 0 < value < 1 << 31:
            return value
    return None


def _messages(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    for number, wire, value in read_fields(data):
        if wire == BYTES and isinstance(value, memoryview):
            yield number, value


def _pair(entry: memoryview) -> tuple[str, str]:
    parts = {number: _text(value) for number, value in _messages(entry)}
    return parts.get(1, ""), parts.get(2, "")


def _text(value: memoryview) -> str:
    return bytes(value).decode("utf-8")
