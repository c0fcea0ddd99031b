"""What a model file is, told from its bytes before any library opens it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ModelKind = Literal["onnx", "safetensors", "state-dict", "pt2", "torchscript"]

PROGRAMS: frozenset[ModelKind] = frozenset({"pt2", "torchscript"})
"""Opening one of these can run code that lies in the file."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    path: Path
    kind: ModelKind
    sha256: str
    size: int
    """In bytes."""

    @property
    def is_program(self) -> bool:
        return self.kind in PROGRAMS


def inspect_model(path: str | Path) -> ModelFile:
    """What lies at `path`; nothing in it is run. Raises ModelError."""
    return read_model(path)[0]


def read_model(path: str | Path) -> tuple[ModelFile, bytes]:
    """The file and its bytes, read once: what was looked at is what is opened. Raises ModelError."""
    raise NotImplementedError
