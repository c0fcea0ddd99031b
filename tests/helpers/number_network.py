"""A real network that reads the pattern of numbered pictures: an ONNX file and its card, made when a test asks.

It finds a box for each of the pattern's 16 cells, as sure as the cell is bright. What comes out of the whole way from a
file to a file of results therefore says which picture it was computed from.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from player.analysis.formats.results import PictureResult
from player.records import UPRIGHT, Orientation
from tests.helpers.libraries import need_library
from tests.helpers.numbered import read_number_from_luma

WIDTH, HEIGHT, CELLS = 160, 120, 4
CARD = """
task = "detect"
labels = ["cell"]
conf = 0.01
[input]
fit = "stretch"
order = "rgb"
scale = 0.00392156862745098
[output]
decoder = "rfb"
"""


def write_number_network(folder: Path, *, batch: int | None = 1) -> Path:
    """`batch` None: it takes any number of pictures at once. Skips the test where there is no onnx or onnxruntime."""
    need_library("onnxruntime")
    onnx = need_library("onnx")
    from onnx import TensorProto, helper, numpy_helper

    side = np.arange(CELLS, dtype=np.float32) / CELLS
    top, left = (each.ravel() for each in np.meshgrid(side, side, indexing="ij"))
    boxes = np.stack((left, top, left + 1 / CELLS, top + 1 / CELLS), axis=1)[None]
    size = "n" if batch is None else batch
    cells = CELLS * CELLS
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["picture"], ["grey"], axes=[1], keepdims=1),
            helper.make_node(
                "AveragePool", ["grey"], ["pooled"], kernel_shape=[HEIGHT // CELLS, WIDTH // CELLS],
                strides=[HEIGHT // CELLS, WIDTH // CELLS],
            ),
            helper.make_node("Reshape", ["pooled", "shape"], ["bright"]),
            helper.make_node("Sub", ["one", "bright"], ["dark"]),
            helper.make_node("Concat", ["dark", "bright"], ["scores"], axis=2),
            helper.make_node("Mul", ["bright", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "places"], ["boxes"]),
        ],
        "numbers",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [size, 3, HEIGHT, WIDTH])],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [size, cells, 2]),
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [size, cells, 4]),
        ],
        [
            numpy_helper.from_array(np.array([-1, cells, 1], np.int64), "shape"),
            numpy_helper.from_array(np.ones(1, np.float32), "one"),
            numpy_helper.from_array(np.zeros(1, np.float32), "zero"),
            numpy_helper.from_array(boxes, "places"),
        ],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    path = folder / "numbers.onnx"
    path.write_bytes(model.SerializeToString())
    path.with_suffix(".toml").write_text(CARD)
    return path


def number_in(picture: PictureResult, orientation: Orientation = UPRIGHT) -> int:
    """The number of the picture that these boxes were found in; `orientation` is what turned it upright."""
    found = picture.found
    assert len(found) == CELLS * CELLS
    centres = (found.xyxy[:, :2] + found.xyxy[:, 2:]) / 2 / np.array([picture.width, picture.height]) * CELLS
    columns, rows = centres.astype(int).T
    grid = np.zeros((CELLS, CELLS))
    grid[rows, columns] = found.confidence * 255
    coded = np.rot90(grid, orientation.turns_cw)
    luma = coded[:, ::-1] if orientation.mirrored else coded
    return read_number_from_luma(np.kron(luma, np.ones((8, 8))))


def numbers_in(pictures: Iterable[PictureResult]) -> list[int]:
    return [number_in(picture) for picture in pictures]
