"""Small model files of all kinds, made on the spot: honest ones, and ones that would do harm."""

from __future__ import annotations

import functools
import io
import json
import pickle
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.helpers.libraries import need_library, need_torch

CARD = """
task = "detect"
labels = ["cat", "dog"]
[input]
fit = "stretch"
order = "rgb"
scale = 1.0
[output]
decoder = "yolov8"
"""
"""What nobody can tell from the shapes of a network."""


def onnx_model(nodes: Sequence[Any], weights: Mapping[str, NDArray[Any]] | None = None, **more: Any) -> Any:
    """An ONNX model from `pictures` [1, 3, 8, 8] to `found`. `more`: metadata, functions, domains, shape, listed."""
    onnx = need_library("onnx")
    helper, tensors = onnx.helper, onnx.numpy_helper
    held = [tensors.from_array(value, name) for name, value in (weights or {}).items()]
    pictures = helper.make_tensor_value_info("pictures", onnx.TensorProto.FLOAT, more.get("shape", [1, 3, 8, 8]))
    found = helper.make_tensor_value_info("found", onnx.TensorProto.FLOAT, more.get("found", [1, 3, 8, 8]))
    listed = [
        helper.make_tensor_value_info(each.name, each.data_type, each.dims) for each in held if more.get("listed")
    ]
    graph = helper.make_graph(nodes, "network", [pictures, *listed], [found], held)
    domains = ["", *more.get("domains", ())]
    model = helper.make_model(
        graph,
        ir_version=8,
        opset_imports=[helper.make_opsetid(domain, 17 if not domain else 1) for domain in domains],
        functions=more.get("functions", []),
    )
    helper.set_model_props(model, more.get("metadata", {}))
    return model


def scaling_onnx(**more: Any) -> Any:
    """pictures * weight, the weight a number for each channel: 2, 3 and 4."""
    onnx = need_library("onnx")
    weight = np.array([2, 3, 4], np.float32).reshape(1, 3, 1, 1)
    return onnx_model([onnx.helper.make_node("Mul", ["pictures", "weight"], ["found"])], {"weight": weight}, **more)


def yolo_onnx(metadata: Mapping[str, str] | None = None, found: Sequence[int] = (1, 6, 84), size: int = 64) -> Any:
    """What Ultralytics' exports look like from outside: YOLOv8's of two classes, with the exporter's metadata."""
    onnx = need_library("onnx")
    values = np.random.default_rng(1).random(found, np.float32)
    mean = onnx.helper.make_node("ReduceMean", ["pictures"], ["mean"], keepdims=0)
    total = onnx.helper.make_node("Add", ["mean", "values"], ["found"])
    shape = [1, 3, size, size]
    return onnx_model([mean, total], {"values": values}, shape=shape, found=list(found), metadata=metadata or {})


ULTRALYTICS = {
    "description": "Ultralytics YOLOv8n model trained on pets.yaml",
    "author": "Ultralytics",
    "license": "AGPL-3.0 License (https://ultralytics.com/license)",
    "docs": "https://docs.ultralytics.com",
    "version": "8.3.0",
    "stride": "32",
    "task": "detect",
    "batch": "1",
    "imgsz": "[64, 64]",
    "names": "{0: 'cat', 1: 'dog'}",
}
"""As its exporter writes them into an ONNX file."""


def small_fastestdet(seed: int = 0) -> Any:
    """A FastestDet of three classes with random weights and lived-in statistics, in evaluation mode."""
    torch = need_torch()
    from player.analysis.nets.fastestdet import FastestDet

    torch.manual_seed(seed)
    network = FastestDet(3, repeats=(1, 2, 1), width=32)
    with torch.no_grad():
        for _ in range(2):
            network.train()(torch.rand(2, 3, 64, 64))
    return network.eval()


def write_weights(network: Any, path: Path) -> Path:
    """Its state dict, with a card that names three classes and a small input."""
    torch = need_torch()
    torch.save(network.state_dict(), path)
    path.with_suffix(".toml").write_text('labels = ["a", "b", "c"]\n[input]\nsize = [96, 64]\n')
    return path


class _Writes:
    """Unpickled, it writes the file `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"open({str(self._path)!r}, 'w').close()",)


def evil_pickle(marker: Path) -> bytes:
    return pickle.dumps(_Writes(marker), protocol=2)


@functools.cache
def exported_program() -> bytes:
    """A .pt2 file: pictures [1, 3, 8, 8] come out as they are, but for what is below zero."""
    torch = need_torch()
    file = io.BytesIO()
    torch.export.save(torch.export.export(torch.nn.ReLU(), (torch.zeros(1, 3, 8, 8),)), file)
    return file.getvalue()


def evil_exported_program(marker: Path) -> bytes:
    """A .pt2 file that is whole but for a pickle in it, which writes the file `marker` when torch opens it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported_program())) as honest, zipfile.ZipFile(out, "w") as evil:
        for name in honest.namelist():
            is_pickle = "/sample_inputs/" in name
            evil.writestr(name, evil_pickle(marker) if is_pickle else honest.read(name))
    return out.getvalue()


def torchscript(network: Any, metadata: Mapping[str, Any] | None = None, example: Any = None) -> bytes:
    """`network` as TorchScript, traced with `example`, else compiled; with Ultralytics' extra file of metadata."""
    torch = need_torch()
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        program = torch.jit.script(network) if example is None else torch.jit.trace(network, example)
        extra = {} if metadata is None else {"config.txt": json.dumps(metadata)}
        torch.jit.save(program, file, _extra_files=extra)
    return file.getvalue()
