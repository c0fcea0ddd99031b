"""What a model file is, told from its bytes before any library opens it."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from player.analysis.onnx_file import looks_like_onnx
from player.errors import ModelError

ModelKind = Literal["onnx", "safetensors", "state-dict", "pt2", "torchscript"]

PROGRAMS: frozenset[ModelKind] = frozenset({"pt2", "torchscript"})
"""Opening one of these can run code that lies in the file."""

MAX_BYTES = 2**31 - 1
"""As much as a protobuf message may have."""

_SAFETENSORS_HEADER = 100_000_000
"""What its own library allows."""


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
    path = Path(path)
    data = read_regular(path)
    kind = kind_of(data)
    if kind is None:
        raise ModelError(
            f"Cannot open {path.name}: it is none of the model files known here "
            "(ONNX, safetensors, PyTorch state dict, .pt2, TorchScript)."
        )
    return ModelFile(path, kind, hashlib.sha256(data).hexdigest(), len(data)), data


def read_regular(path: Path) -> bytes:
    """All of a file that is neither a pipe nor a device, which could keep us waiting for ever. Raises ModelError."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ModelError(f"Cannot open {path.name}: it is not a regular file.")
            if status.st_size > MAX_BYTES:
                raise ModelError(f"Cannot open {path.name}: it is larger than 2 GiB.")
            return file.read(MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ModelError(f"Cannot open {path}: {reason}.") from error


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def kind_of(data: bytes) -> ModelKind | None:
    """What these bytes are, by themselves; None for no model known here."""
    if data[:4] == b"PK\3\4":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return _archive_kind(archive.namelist())
        except Exception:  # a damaged archive raises much besides BadZipFile
            return None
    if len(data) > 9 and data[8:9] == b"{" and int.from_bytes(data[:8], "little") <= _SAFETENSORS_HEADER:
        return "safetensors"
    if data[:1] == b"\x80":  # a pickle, as torch.save wrote it before 1.6
        return "state-dict"
    return "onnx" if looks_like_onnx(data) else None


def _archive_kind(names: Iterable[str]) -> ModelKind | None:
    """torch writes three things as zip files, each below one folder of any name."""
    inner = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in names} | set(names)
    if "constants.pkl" in inner:
        return "torchscript"
    if {"archive_format", "serialized_exported_program.json"} & inner:
        return "pt2"
    return "state-dict" if "data.pkl" in inner else None
