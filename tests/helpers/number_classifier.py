"""A real classifier that reads the pattern of numbered pictures: an ONNX file and its card, made when a test asks.

Each of the pattern's 16 cells is a class, as likely as it is bright beside the others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.helpers.libraries import need_library
from tests.helpers.number_network import CELLS, HEIGHT, WIDTH

CARD = """
task = "classify"
[input]
fit = "stretch"
order = "gray"
scale = 0.00392156862745098
"""


def write_number_classifier(folder: Path, labels: tuple[str, ...] = ()) -> Path:
    """It takes any number of pictures at once. Skips the test where there is no onnx or onnxruntime."""
    need_library("onnxruntime")
    onnx = need_library("onnx")
    from onnx import TensorProto, helper, numpy_helper

    side = [HEIGHT // CELLS, WIDTH // CELLS]
    graph = helper.make_graph(
        [
            helper.make_node("AveragePool", ["picture"], ["pooled"], kernel_shape=side, strides=side),
            helper.make_node("Flatten", ["pooled"], ["bright"], axis=1),
            helper.make_node("Mul", ["bright", "twelve"], ["logits"]),
        ],
        "cells",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 1, HEIGHT, WIDTH])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", CELLS * CELLS])],
        [numpy_helper.from_array(np.array([12], np.float32), "twelve")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    path = folder / "cells.onnx"
    path.write_bytes(model.SerializeToString())
    named = f"labels = {list(labels)}\n" if labels else ""
    path.with_suffix(".toml").write_text(named + CARD)
    return path


def softmax_of_cells(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the network must say of a grey picture of levels from 0 to 255, by plain numpy."""
    height, width = luma.shape
    cells = luma.reshape(CELLS, height // CELLS, CELLS, width // CELLS).mean(axis=(1, 3)).ravel() / 255 * 12
    powers = np.exp(cells - cells.max())
    return np.asarray(powers / powers.sum(), np.float64)
