"""The whole way of real pictures through real networks: JPEG file, decoder, planes, network, boxes, suppression.

The figures are those of the shared models' READMEs, got with OpenCV's JPEG reader and scaling; the way here is another
one (FFmpeg's decoder, planes scaled before they are colours), so that boxes differ a little and their worth does not.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from player.analysis.average_precision import Truth, average_precision
from player.analysis.boxes import ious
from player.analysis.detections import Detections
from player.analysis.detector import Detector
from player.analysis.loading import Engine, load_model
from player.analysis.selection import Selection, select
from player.analysis.trust import Trust
from player.media.picture_reader import PictureReader
from player.media.source import choose_track, open_source
from player.records import Picture
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.shared_models import need_data, need_model

need_library("cv2")

FASTESTDET = "coco_fastestdet/FastestDet.onnx"
FASTESTDET_TORCH = "coco_fastestdet/fastestdet_ap05_0.253207_280ep.pth"
YOLOX = "coco_yolox_nano/yolox_nano.onnx"
ENOUGH = Selection(low=0.01, top_k=1000)


@dataclass(frozen=True)
class Way:
    """A model, what runs it, and by which overlap the published figure was suppressed."""

    model: str
    engine: Engine
    package: str
    iou: float
    ap50: float
    viewed_from: float
    """The confidence of its expected_detections.json."""


WAYS = {
    "FastestDet, onnxruntime": Way(FASTESTDET, "onnxruntime", "onnxruntime", 0.45, 0.399, 0.4),
    "FastestDet, OpenCV": Way(FASTESTDET, "opencv", "cv2", 0.45, 0.399, 0.4),
    "FastestDet, torch": Way(FASTESTDET_TORCH, "auto", "torch", 0.45, 0.399, 0.4),
    "YOLOX-nano, onnxruntime": Way(YOLOX, "onnxruntime", "onnxruntime", 0.65, 0.527, 0.3),
    "YOLOX-nano, OpenCV": Way(YOLOX, "opencv", "cv2", 0.65, 0.527, 0.3),
}


def read(path: Path) -> Picture:
    """The picture of an image file, as the player has it."""
    source = open_source(str(path))
    try:
        track = choose_track(source, "video", None)
        assert track is not None
        reader = PictureReader(source, track)
        [picture] = [reader.whole_picture(each) for each in reader]
    finally:
        source.close()
    return picture


def marked(path: Path, picture: Picture) -> Truth:
    """YOLO's labels: class, centre and size in parts of the picture; with no file there is nothing to find."""
    labels = need_data("coco_val/labels") / f"{path.stem}.txt"
    rows = np.loadtxt(labels, ndmin=2) if labels.exists() else np.zeros((0, 5))
    width, height = picture.coded_size
    centre, size = rows[:, 1:3] * (width, height), rows[:, 3:5] * (width, height)
    return Truth(np.concatenate((centre - size / 2, centre + size / 2), axis=1), rows[:, 0].astype(int))


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    """The 64 of COCO and two samples, by their path below the shared folder."""
    paths = [*need_data("coco_val/images").iterdir(), *need_data("sample_images").glob("*.jpg")]
    return {f"data/{path.relative_to(need_data())}": read(path) for path in sorted(paths)}


@pytest.fixture(scope="module", params=WAYS)
def ran(request: pytest.FixtureRequest, pictures: dict[str, Picture]) -> tuple[Way, dict[str, Detections]]:
    """All that one way finds in each picture."""
    way = WAYS[request.param]
    need_library(way.package)
    detector = open_one(way.model, way.engine)
    try:
        return way, {name: detector.infer([picture])[0] for name, picture in pictures.items()}
    finally:
        detector.close()


def open_one(model: str, engine: Engine) -> Detector:
    return Detector(load_model(need_model(model), device="cpu", engine=engine, trust=Trust(None), threads=1))


def ap50(found: dict[str, Detections], pictures: dict[str, Picture], iou: float) -> float:
    """By the protocol of the shared models' README."""
    selection = dataclasses.replace(ENOUGH, iou=iou)
    scores = average_precision(
        [
            (select(raw, selection), marked(need_data(name.removeprefix("data/")), pictures[name]))
            for name, raw in found.items()
            if "coco_val" in name
        ],
        (0.5,),
    )
    assert scores.ap is not None
    return scores.ap


def test_average_precision_on_coco(ran: tuple[Way, dict[str, Detections]], pictures: dict[str, Picture]) -> None:
    way, found = ran
    assert sum("coco_val" in name for name in found) == 64
    assert ap50(found, pictures, way.iou) == pytest.approx(way.ap50, abs=0.005)


def test_the_expected_boxes(ran: tuple[Way, dict[str, Detections]]) -> None:
    """Each is found, of its class, about as sure, and nothing else that is sure enough."""
    way, found = ran
    expected = json.loads((need_model(way.model).parent / "expected_detections.json").read_text())["images"]
    overlaps: list[float] = []
    for name, wanted in expected.items():
        boxes = np.array(wanted["xyxy"]).reshape(-1, 4)
        shown = select(found[name], Selection(low=way.viewed_from - 0.05, iou=0.45))
        free = np.ones(len(shown), np.bool_)
        for box, score, class_id in zip(boxes, wanted["score"], wanted["class_id"], strict=True):
            fit = np.where(free & (shown.class_id == class_id), ious(box[None], shown.xyxy)[0], 0)
            assert fit.max(initial=0) >= 0.5, f"{name}: nothing like {box} of class {class_id} ({score})"
            best = int(fit.argmax())
            assert shown.confidence[best] == pytest.approx(score, abs=0.03), name
            free[best] = False
            overlaps.append(float(fit[best]))
        assert not (shown.confidence[free] >= way.viewed_from + 0.03).any(), name
    assert len(overlaps) == sum(len(wanted["score"]) for wanted in expected.values()) >= 79
    assert np.quantile(overlaps, 0.02) > 0.85  # of a box 10 pixels wide, two are a fifth
    assert np.median(overlaps) > 0.98


def test_both_forms_of_fastestdet_agree(pictures: dict[str, Picture]) -> None:
    """To 1e-4, in confidence and in parts of the picture."""
    need_torch()
    need_library("onnxruntime")
    some = list(pictures.values())[:8]
    onnx, torch = open_one(FASTESTDET, "onnxruntime"), open_one(FASTESTDET_TORCH, "auto")
    for picture, raw, other in zip(some, onnx.infer(some), torch.infer(some), strict=True):
        sure = raw.take(raw.confidence >= 0.02)
        twins = np.where(sure.class_id[:, None] == other.class_id, ious(sure.xyxy, other.xyxy), 0).argmax(axis=1)
        assert len(set(twins.tolist())) == len(sure) > 10
        same = other.take(twins)
        np.testing.assert_allclose(same.confidence, sure.confidence, atol=1e-4)
        np.testing.assert_allclose((same.xyxy - sure.xyxy) / (picture.coded_size * 2), 0, atol=1e-4)
    onnx.close()
    torch.close()


def test_the_wrong_preprocessing_finds_nothing(pictures: dict[str, Picture]) -> None:
    """YOLOX with ImageNet's normalisation raises no error: only the figure tells."""
    need_library("onnxruntime")
    model = load_model(need_model(YOLOX), device="cpu", engine="onnxruntime", trust=Trust(None), threads=1)
    wrong = dataclasses.replace(
        model.card.input, scale=1 / 255, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), order="rgb"
    )
    detector = Detector(dataclasses.replace(model, card=dataclasses.replace(model.card, input=wrong)))
    some = {name: picture for name, picture in pictures.items() if "coco_val" in name}
    some = dict(list(some.items())[:24])
    found = {name: detector.infer([picture])[0] for name, picture in some.items()}
    detector.close()
    assert ap50(found, some, 0.65) < 0.005


FACES = ["face_yunet/yunet_n_dynamic.onnx", "face_yunet/yunet_n_640_640.onnx"]
FACES += ["face_ultralight/version-RFB-320.onnx", "face_ultralight/version-RFB-640.onnx"]


@pytest.mark.parametrize(("engine", "package"), [("onnxruntime", "onnxruntime"), ("opencv", "cv2")])
@pytest.mark.parametrize("model", FACES)
def test_six_of_six_faces(model: str, engine: Engine, package: str) -> None:
    need_library(package)
    picture = read(need_data("faces/multiface.jpg"))
    detector = open_one(model, engine)
    [raw] = detector.infer([picture])
    detector.close()
    faces = select(raw, Selection(low=detector.card.conf, iou=detector.card.iou), suppress=detector.suppress)
    assert len(faces) == 6
    assert set(faces.class_id.tolist()) == {0}
    width, height = picture.coded_size
    centres = (faces.xyxy[:, :2] + faces.xyxy[:, 2:]) / 2
    assert ((centres > 0) & (centres < (width, height))).all()
    if "yunet" in model:
        assert faces.landmarks is not None
        assert (faces.landmarks > faces.xyxy[:, None, :2]).all()
        assert (faces.landmarks < faces.xyxy[:, None, 2:]).all()
