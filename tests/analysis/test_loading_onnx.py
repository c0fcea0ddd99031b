"""ONNX files run by both engines, on the device that is said, and only after they were looked into."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.analysis.loading import Engine, LoadedModel, load_model
from player.analysis.trust import Trust
from player.errors import ModelError
from tests.helpers.libraries import need_library
from tests.helpers.model_files import CARD, ULTRALYTICS, onnx_model, scaling_onnx, yolo_onnx
from tests.helpers.shared_models import need_model

ENGINES: tuple[Engine, ...] = ("onnxruntime", "opencv")
need_library("onnx")


def write(path: Path, model: Any, card: str | None = CARD) -> Path:
    path.write_bytes(model.SerializeToString())
    if card is not None:
        path.with_suffix(".toml").write_text(card, encoding="utf-8")
    return path


def load(path: Path, engine: Engine = "onnxruntime", **more: Any) -> LoadedModel:
    need_library("cv2" if engine == "opencv" else "onnxruntime")
    return load_model(path, engine=engine, trust=Trust(None), threads=1, **more)


def pictures(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(0).random(shape, np.float32)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("listed", [False, True])
def test_a_network_runs(tmp_path: Path, engine: Engine, listed: bool) -> None:
    model = load(write(tmp_path / "net.onnx", scaling_onnx(listed=listed)), engine)
    assert model.backend.input_shape == (1, 3, 8, 8)
    assert model.backend.output_shapes == {"found": (1, 3, 8, 8)}
    assert (model.backend.device, model.backend.on_torch) == ("cpu", False)
    assert model.backend.engine.split()[0] == {"onnxruntime": "onnxruntime", "opencv": "OpenCV"}[engine]
    given = pictures(1, 3, 8, 8)
    first = model.backend.run(given)["found"]
    assert np.allclose(first, given * np.array([2, 3, 4], np.float32).reshape(3, 1, 1))
    kept = first.copy()
    model.backend.run(given + 1)
    assert np.array_equal(first, kept), "the next run wrote into what the first one gave"
    model.backend.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_any_batch_where_the_file_leaves_it_open(tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path / "net.onnx", scaling_onnx(shape=["n", 3, "h", "w"], found=["n", 3, "h", "w"]))
    backend = load(path, engine).backend
    assert backend.input_shape == (None, 3, None, None)
    assert backend.output_shapes == {"found": (None, 3, None, None)}
    for shape in ((1, 3, 8, 8), (3, 3, 8, 8), (2, 3, 16, 24)):
        given = pictures(*shape)
        assert np.allclose(backend.run(given)["found"][:, 2], given[:, 2] * 4)


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_beside_the_file_are_used(tmp_path: Path, engine: Engine) -> None:
    from tests.analysis.test_onnx_file import WEIGHTS, with_weights_in

    (tmp_path / "weights.bin").write_bytes(WEIGHTS)
    with_weights_in("weights.bin", tmp_path / "net.onnx")
    (tmp_path / "net.toml").write_text(CARD, encoding="utf-8")
    found = load(tmp_path / "net.onnx", engine).backend.run(np.ones((1, 3, 8, 8), np.float32))["found"]
    assert found[0, :, 0, 0].tolist() == [2, 3, 4]


def test_opencv_takes_no_more_cores_than_it_is_given(tmp_path: Path) -> None:
    cv2 = need_library("cv2")
    path = write(tmp_path / "net.onnx", scaling_onnx())
    before = cv2.getNumThreads()
    try:
        for threads in (2, 1):
            load_model(path, engine="opencv", trust=Trust(None), threads=threads)
            assert cv2.getNumThreads() == threads
    finally:
        cv2.setNumThreads(before)


def test_a_yolo_export_opens_with_no_card(tmp_path: Path) -> None:
    model = load(write(tmp_path / "yolov8n.onnx", yolo_onnx(metadata=ULTRALYTICS), card=None))
    card = model.card
    assert (card.task, card.labels, card.decoder) == ("detect", ("cat", "dog"), "yolov8")
    assert (card.input.width, card.input.height, card.input.fit, card.input.fill) == (64, 64, "letterbox", 114)
    assert (card.input.scale, card.input.order, card.input.multiple) == (1 / 255, "rgb", 32)
    assert card.guessed == ("output.decoder",)
    assert card.sha256 == model.file.sha256


def test_an_rtdetr_export_wants_its_pictures_stretched(tmp_path: Path) -> None:
    metadata = ULTRALYTICS | {"names": "{0: 'cat', 1: 'dog', 2: 'cow'}"}
    card = load(write(tmp_path / "rtdetr.onnx", yolo_onnx(metadata, found=(1, 300, 7)), card=None)).card
    assert (card.decoder, card.input.fit, card.input.scale) == ("rtdetr", "stretch", 1 / 255)


def test_what_open_shapes_hide_is_told_by_running_once(tmp_path: Path) -> None:
    yolo = yolo_onnx(metadata=ULTRALYTICS)
    for dimension in yolo.graph.output[0].type.tensor_type.shape.dim:
        dimension.dim_param = f"d{dimension.dim_value}"
    assert load(write(tmp_path / "yolov8n.onnx", yolo, card=None)).card.decoder == "yolov8"


def test_a_card_beside_it_comes_before_what_the_exporter_wrote(tmp_path: Path) -> None:
    path = write(
        tmp_path / "net.onnx", yolo_onnx(metadata=ULTRALYTICS), card='labels = ["Katze", "Hund"]\nconf = 0.6\n'
    )
    card = load(path).card
    assert (card.labels, card.conf, card.input.fit) == (("Katze", "Hund"), 0.6, "letterbox")


def test_what_nobody_says_is_an_error_that_names_the_keys(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^Nothing says task, labels, .*input\.order, input\.scale of net\.onnx"):
        load(write(tmp_path / "net.onnx", yolo_onnx(), card=None))


def test_a_card_of_another_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "net.onnx", scaling_onnx(), card=f'sha256 = "{"0" * 64}"\n' + CARD)
    with pytest.raises(ModelError, match=r"^The card net\.toml is another file's: its sha256 is not that of net\.onnx"):
        load(path)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_engine_sees_a_file_with_custom_operators(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    onnx, onnxruntime, cv2 = need_library("onnx"), need_library("onnxruntime"), need_library("cv2")

    class OpenedError(BaseException):
        """No engine's own, so that nobody makes a sentence of it."""

    def opened(*_arguments: Any, **_more: Any) -> None:
        raise OpenedError

    monkeypatch.setattr(onnxruntime, "InferenceSession", opened)
    monkeypatch.setattr(cv2.dnn, "readNetFromONNX", opened)
    node = onnx.helper.make_node("Run", ["pictures"], ["found"], domain="evil")
    with pytest.raises(ModelError, match=r"custom operators \(evil\.Run\)"):
        load(write(tmp_path / "net.onnx", onnx_model([node], domains=["evil"])), engine)
    with pytest.raises(OpenedError):
        load(write(tmp_path / "net.onnx", scaling_onnx()), engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_operator_that_no_engine_knows_is_named(tmp_path: Path, engine: Engine) -> None:
    onnx = need_library("onnx")
    path = write(tmp_path / "net.onnx", onnx_model([onnx.helper.make_node("Imaginary", ["pictures"], ["found"])]))
    with pytest.raises(ModelError, match=r"^Cannot open net\.onnx: .*(refuses|cannot run) it .*Imaginary"):
        load(path, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_batch_that_does_not_fit_is_one_sentence(tmp_path: Path, engine: Engine) -> None:
    onnx = need_library("onnx")
    dense = onnx.helper.make_node("MatMul", ["pictures", "weight"], ["found"])
    path = write(tmp_path / "net.onnx", onnx_model([dense], {"weight": np.ones((8, 8), np.float32)}))
    with pytest.raises(ModelError, match=r"^net\.onnx failed in (onnxruntime|OpenCV): .*[^.]\.$"):
        load(path, engine).backend.run(pictures(1, 3, 8, 9))


def test_a_device_that_the_engine_has_not_is_refused_and_never_replaced(tmp_path: Path) -> None:
    path = write(tmp_path / "net.onnx", scaling_onnx())
    onnxruntime = need_library("onnxruntime")
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime has CUDA")
    with pytest.raises(ModelError, match=r"^Cannot run net\.onnx on cuda:0: onnxruntime has no CUDA that works here"):
        load(path, device="cuda")
    with pytest.raises(ModelError, match=r"^Cannot run net\.onnx on mps: onnxruntime runs on the CPU and on CUDA"):
        load(path, device="mps")
    with pytest.raises(ModelError, match=r"^Cannot run net\.onnx on cuda:0: OpenCV runs it on the CPU alone"):
        load(path, "opencv", device="cuda")
    assert load(path, device="auto").backend.device == "cpu"


def test_a_session_that_went_to_the_cpu_by_itself_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onnxruntime = need_library("onnxruntime")
    session = onnxruntime.InferenceSession

    def without_cuda(data: bytes, options: Any, providers: list[Any]) -> Any:
        return session(data, options, providers=providers[-1:])

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(onnxruntime, "InferenceSession", without_cuda)
    path = write(tmp_path / "net.onnx", scaling_onnx())
    with pytest.raises(ModelError, match=r"^Cannot run net\.onnx on cuda:0"):
        load(path, device="cuda")
    assert load(path, device="auto").backend.device == "cpu"


def test_without_onnxruntime_opencv_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_library("cv2")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    path = write(tmp_path / "net.onnx", scaling_onnx())
    assert load_model(path, trust=Trust(None), threads=1).backend.engine.startswith("OpenCV ")
    with pytest.raises(ModelError, match=r"^Cannot open net\.onnx with onnxruntime: .* not installed"):
        load_model(path, engine="onnxruntime", trust=Trust(None))


def test_onnxruntime_writes_nothing_into_the_users_home(tmp_path: Path) -> None:
    need_library("onnxruntime")
    path = write(tmp_path / "net.onnx", scaling_onnx())
    home = tmp_path / "home"
    home.mkdir()
    code = f"from player.analysis.loading import *; load_model({str(path)!r}, engine='onnxruntime', trust=Trust(None))"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", code], env=environment | {"HOME": str(home)}, check=True, timeout=60)
    assert list(home.iterdir()) == []


def test_a_network_in_half_precision_takes_and_gives_single(tmp_path: Path) -> None:
    onnx = need_library("onnx")
    model = onnx_model([onnx.helper.make_node("Neg", ["pictures"], ["found"])])
    for each in (model.graph.input[0], model.graph.output[0]):
        each.type.tensor_type.elem_type = onnx.TensorProto.FLOAT16
    found = load(write(tmp_path / "net.onnx", model)).backend.run(np.full((1, 3, 8, 8), 1 / 3, np.float32))["found"]
    assert found.dtype == np.float32
    assert np.allclose(found, -1 / 3, atol=1e-3)


def with_input(model: Any, name: str, element: str, shape: list[int | str]) -> Any:
    onnx = need_library("onnx")
    model.graph.input.append(onnx.helper.make_tensor_value_info(name, getattr(onnx.TensorProto, element), shape))
    return model


def test_other_inputs_than_pictures_are_refused(tmp_path: Path) -> None:
    more = with_input(scaling_onnx(), "factor", "FLOAT", [1])
    with pytest.raises(ModelError, match=r"^Cannot open net\.onnx: besides pictures it wants factor \[1\]\.$"):
        load(write(tmp_path / "net.onnx", more))
    with pytest.raises(ModelError, match=r"none of its inputs \(pictures \[1, any\]\) is for pictures"):
        load(write(tmp_path / "net.onnx", scaling_onnx(shape=[1, "n"])))
    with pytest.raises(ModelError, match=r"takes 1 channel, and input.order of its card is rgb"):
        load(write(tmp_path / "net.onnx", scaling_onnx(shape=[1, 1, 8, 8])))
    two = with_input(scaling_onnx(), "depth", "FLOAT", [1, 3, 8, 8])
    with pytest.raises(ModelError, match=r"the card has to say input\.name, one of pictures .*, depth "):
        load(write(tmp_path / "net.onnx", two))
    with pytest.raises(ModelError, match=r"none of its inputs .* is for pictures"):
        load(write(tmp_path / "net.onnx", scaling_onnx(), card=CARD.replace("[input]", '[input]\nname = "images"')))


@pytest.mark.parametrize("engine", ENGINES)
def test_detrs_exports_are_told_what_they_want_besides(tmp_path: Path, engine: Engine) -> None:
    onnx = need_library("onnx")
    cast = [
        onnx.helper.make_node("Cast", [name], [f"{name}_"], to=onnx.TensorProto.FLOAT)
        for name in ("orig_target_sizes", "pixel_mask")
    ]
    total = onnx.helper.make_node("ReduceSum", ["pixel_mask_"], ["pixels"], keepdims=0)
    sizes = onnx.helper.make_node("Mul", ["orig_target_sizes_", "pixels"], ["all"])
    black = onnx.helper.make_node("ReduceMax", ["pictures"], ["most"], keepdims=0)
    found = onnx.helper.make_node("Add", ["all", "most"], ["found"])
    model = onnx_model([*cast, total, sizes, black, found], shape=["n", 3, 4, "w"], found=["n", 2])
    with_input(model, "orig_target_sizes", "INT64", ["n", 2])
    with_input(model, "pixel_mask", "INT64", ["n", 4, 5])
    backend = load(write(tmp_path / "net.onnx", model), engine).backend
    given = np.zeros((2, 3, 4, 8), np.float32)
    assert backend.run(given)["found"].tolist() == [[8 * 40, 4 * 40], [8 * 40, 4 * 40]]


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("coco_fastestdet/FastestDet.onnx", 1),
        ("coco_yolox_nano/yolox_nano.onnx", 255),
        ("face_ultralight/version-RFB-320.onnx", 1),
        ("face_yunet/yunet_n_dynamic.onnx", 255),
    ],
)
def test_the_engines_agree_on_the_shared_models(name: str, scale: float) -> None:
    path = need_model(name)
    one, other = (load(path, engine) for engine in ENGINES)
    shape = (1, 3, one.card.input.height or 160, one.card.input.width or 192)
    given = pictures(*shape) * np.float32(scale)
    found, again = one.backend.run(given), other.backend.run(given)
    assert list(found) == list(again) == list(one.backend.output_shapes)
    for output in found:
        assert np.abs(found[output] - again[output]).max() < 1e-4


def test_the_usual_engine_can_be_had_before_it_is_needed() -> None:
    need_library("onnxruntime")
    script = "import sys, player.analysis.loading as loading\nbefore = 'onnxruntime' in sys.modules\n"
    script += "loading.load_usual_engine()\nprint(before, 'onnxruntime' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_its_library_is_read_while_others_run() -> None:
    need_library("onnxruntime")
    script = """
import sys
import player.analysis.backends.onnxruntime_library as library
opened = []
library.open_libraries = lambda package, *patterns: opened.append((package, patterns, package in sys.modules))
library.import_onnxruntime()
from player.shared_library import folder_of
[(package, patterns, was_loaded)] = opened
print(package, was_loaded, *(path.name for each in patterns for path in folder_of(package).glob(each)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=True)
    package, was_loaded, *found = done.stdout.split()
    assert (package, was_loaded) == ("onnxruntime", "False")
    assert len(found) == 1
