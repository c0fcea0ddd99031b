"""Decoders on what real networks give, run here by the words of their READMEs, against other people's boxes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.decoders import make_decoder
from player.analysis.detections import Detections
from player.analysis.selection import Selection, select
from tests.helpers.libraries import need_library
from tests.helpers.shared_models import need_data, need_model

Picture = NDArray[np.uint8]
cv2: Any = need_library("cv2")
onnxruntime: Any = need_library("onnxruntime")


def run(model: Path, tensor: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # the face model lists its weights as inputs too
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    values = session.run(None, {session.get_inputs()[0].name: tensor})
    return {output.name: value for output, value in zip(session.get_outputs(), values, strict=True)}


def chw(picture: NDArray[Any]) -> NDArray[np.float32]:
    return np.ascontiguousarray(picture.astype(np.float32).transpose(2, 0, 1)[None])


def fastestdet(path: Path) -> tuple[Detections, float, float]:
    """Boxes in the input, and how many pixels of the picture one of the input's is, across and down."""
    picture = cv2.imread(str(path))
    outputs = run(need_model("coco_fastestdet/FastestDet.onnx"), chw(cv2.resize(picture, (352, 352))) / np.float32(255))
    [found] = make_decoder("fastestdet", {}, 80).decode(outputs, (352, 352))
    return found, picture.shape[1] / 352, picture.shape[0] / 352


def yolox(path: Path) -> tuple[Detections, float, float]:
    picture = cv2.imread(str(path))
    height, width = picture.shape[:2]
    ratio = min(416 / height, 416 / width)
    canvas = np.full((416, 416, 3), 114, np.uint8)
    small = cv2.resize(picture, (int(width * ratio), int(height * ratio)))
    canvas[: small.shape[0], : small.shape[1]] = small
    outputs = run(need_model("coco_yolox_nano/yolox_nano.onnx"), chw(canvas))
    [found] = make_decoder("yolox", {}, 80).decode(outputs, (416, 416))
    return found, 1 / ratio, 1 / ratio


DETECTORS = [("coco_fastestdet", fastestdet, 0.4), ("coco_yolox_nano", yolox, 0.3)]


@pytest.mark.parametrize(("folder", "detect", "low"), DETECTORS, ids=[name for name, _, _ in DETECTORS])
def test_the_expected_boxes(folder: str, detect: Callable[[Path], tuple[Detections, float, float]], low: float) -> None:
    expected = json.loads(need_model(f"{folder}/expected_detections.json").read_text())["images"]
    for name in list(expected)[:8]:
        raw, across, down = detect(need_data(name.removeprefix("data/")))
        wanted = expected[name]
        found = select(raw, Selection(low=low, iou=0.45))
        corners = found.xyxy * np.array((across, down, across, down), np.float32)
        assert found.class_id.tolist() == wanted["class_id"], name
        np.testing.assert_allclose(found.confidence, wanted["score"], atol=1e-4, err_msg=name)
        np.testing.assert_allclose(corners, np.array(wanted["xyxy"]).reshape(-1, 4), atol=0.05, err_msg=name)


@pytest.mark.parametrize("size", [(320, 240), (640, 480)])
def test_rfb_finds_six_of_six_faces(size: tuple[int, int]) -> None:
    picture = cv2.cvtColor(cv2.imread(str(need_data("faces/multiface.jpg"))), cv2.COLOR_BGR2RGB)
    tensor = (chw(cv2.resize(picture, size)) - np.float32(127)) / np.float32(128)
    outputs = run(need_model(f"face_ultralight/version-RFB-{size[0]}.onnx"), tensor)
    [found] = make_decoder("rfb", {}, 1).decode(outputs, size)
    assert len(select(found, Selection(low=0.7, iou=0.3))) == 6


def yunet_outputs() -> tuple[dict[str, NDArray[np.float32]], Picture]:
    picture = cv2.imread(str(need_data("faces/multiface.jpg")))
    padded = cv2.copyMakeBorder(
        picture, 0, -picture.shape[0] % 32, 0, -picture.shape[1] % 32, cv2.BORDER_CONSTANT, value=0
    )
    return run(need_model("face_yunet/yunet_n_dynamic.onnx"), chw(padded)), padded


def test_yunet_finds_six_of_six_faces() -> None:
    outputs, picture = yunet_outputs()
    [found] = make_decoder("yunet", {}, 1).decode(outputs, (picture.shape[1], picture.shape[0]))
    faces = select(found, Selection(low=0.5))
    assert len(faces) == 6
    assert faces.landmarks is not None
    assert faces.landmarks.shape == (6, 5, 2)
    for box, points in zip(faces.xyxy, faces.landmarks, strict=True):
        eyes, nose, mouth = points[:2], points[2], points[3:]
        assert (points >= box[:2]).all()
        assert (points <= box[2:]).all()
        assert eyes[:, 1].max() < nose[1] < mouth[:, 1].min()
        assert eyes[0, 0] < nose[0] < eyes[1, 0]


def test_yunet_is_read_as_opencv_reads_it() -> None:
    """OpenCV's own face detector runs the same file: boxes, points and the root of both scores."""
    outputs, picture = yunet_outputs()
    size = (picture.shape[1], picture.shape[0])
    path = str(need_model("face_yunet/yunet_n_dynamic.onnx"))
    faces = cv2.FaceDetectorYN.create(path, "", size, score_threshold=0.3, nms_threshold=0.45).detect(picture)[1]
    [found] = make_decoder("yunet", {"score": "root"}, 1).decode(outputs, size)
    ours = select(found, Selection(low=0.3))
    assert ours.landmarks is not None
    theirs = faces[np.argsort(-faces[:, 14], kind="stable")]
    np.testing.assert_allclose(ours.confidence, theirs[:, 14], atol=1e-4)
    np.testing.assert_allclose(ours.xyxy[:, :2], theirs[:, :2], atol=0.01)
    np.testing.assert_allclose(ours.xyxy[:, 2:] - ours.xyxy[:, :2], theirs[:, 2:4], atol=0.01)
    np.testing.assert_allclose(ours.landmarks.reshape(-1, 10), theirs[:, 4:14], atol=0.01)
