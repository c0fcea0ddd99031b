"""Model files are told apart by their bytes, whatever they are called, and nothing in them is run for that."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from player.analysis.model_file import inspect_model, read_model
from player.errors import ModelError
from tests.helpers.model_files import evil_exported_program, evil_pickle, scaling_onnx


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return out.getvalue()


def safetensors() -> bytes:
    header = json.dumps({"weight": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (safetensors(), "safetensors"),
        (evil_pickle(Path("never")), "state-dict"),
        (zipped("archive/data.pkl", "archive/data/0", "archive/version"), "state-dict"),
        (zipped("net/data.pkl", "net/code/__torch__.py", "net/constants.pkl"), "torchscript"),
        (zipped("archive/archive_format", "archive/models/model.json"), "pt2"),
        (zipped("archive_format", "models/model.json"), "pt2"),
        (zipped("serialized_exported_program.json", "serialized_state_dict.pt"), "pt2"),
        (zipped("archive/archive_format", "archive/data.pkl"), "pt2"),
    ],
)
def test_the_bytes_say_what_it_is(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(data)
    file = inspect_model(path)
    assert (file.kind, file.size, file.sha256) == (kind, len(data), hashlib.sha256(data).hexdigest())
    assert file.is_program == (kind in ("pt2", "torchscript"))


def test_onnx_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    path.write_bytes(scaling_onnx().SerializeToString())
    assert inspect_model(path).kind == "onnx"


def test_what_was_looked_at_is_what_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors())
    file, data = read_model(path)
    path.write_bytes(b"something else")
    assert hashlib.sha256(data).hexdigest() == file.sha256


@pytest.mark.parametrize("data", [b"", b"not a model", b"PK\3\4 but no more", b"\0" * 100, zipped("a.txt")])
def test_anything_else_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"^Cannot open model.onnx: it is none of the model files known here"):
        inspect_model(path)


def test_a_path_to_nothing_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^Cannot open .*gone.onnx: No such file or directory\.$"):
        inspect_model(tmp_path / "gone.onnx")
    with pytest.raises(ModelError, match=r"Is a directory|not a regular file"):
        inspect_model(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_with_no_writer_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.onnx")
    with pytest.raises(ModelError, match="not a regular file"):
        inspect_model(tmp_path / "model.onnx")


def test_inspecting_runs_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "written"
    for name, data in (("a.pth", evil_pickle(marker)), ("b.pt2", evil_exported_program(marker))):
        path = tmp_path / name
        path.write_bytes(data)
        inspect_model(path)
    assert not marker.exists()
