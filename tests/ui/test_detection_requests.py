"""Detection by script, on a window's choices and models that see what the test says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Deferred
from tests.ui.compare_child import numbered
from tests.ui.test_detecting import CAR, FAINT, PERSON, Bench
from tests.ui.window_kit import StillView, wait_until
from ui.ipc.detection_requests import DetectionRequests
from ui.ipc.on_screen import OnScreen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class Script:
    """Requests on a Bench; `settled` is what a Deferred answered."""

    def __init__(self) -> None:
        self.bench = Bench()
        view = StillView()
        self.on_screen = OnScreen(view, view)  # type: ignore[arg-type]  # `painted` is all it needs of a view
        self._view = view
        self.requests = DetectionRequests(self.bench.detecting, self.on_screen, _at_once)

    def show(self, number: int) -> None:
        picture = numbered(number)
        self.bench.detecting.before_picture(picture)
        self.on_screen.note(picture)

    def settled(self, answer: Deferred | None) -> object:
        found: list[object] = []
        assert answer is not None
        answer.then(found.append)
        wait_until(lambda: bool(found), "the answer")
        return found[0]


def _at_once() -> AbstractContextManager[None]:
    return nullcontext()


@pytest.fixture
def script(qapp: QApplication) -> Iterator[Script]:
    made = Script()
    yield made
    made.bench.detecting.shutdown()
    made._view.deleteLater()


def test_without_a_model_there_is_nothing(script: Script) -> None:
    script.show(1)
    assert script.requests.detections() == {"model": None, "state": "off", "age_frames": None, "boxes": []}
    assert script.requests.models() == []
    with pytest.raises(IpcError):
        script.requests.model()
    with pytest.raises(IpcError):
        script.requests.change({"iou": 0.5}, 0)


def test_a_model_is_set_and_answers_when_it_is_ready(script: Script) -> None:
    script.show(1)
    answer = script.requests.set_model("/nets/a.onnx", "cpu")
    bench = script.bench
    wait_until(lambda: bool(bench.made and bench.analysis.models), "the model is loading")
    assert script.requests.model()["state"] == "loading"
    assert script.requests.detections()["state"] == "pending"
    bench.see(PERSON, CAR, FAINT)
    assert script.settled(answer) is None
    model = script.requests.model()
    assert (model["name"], model["state"], model["asked"], model["device"]) == ("a", "ready", "cpu", "cpu")
    assert model["precision"] == "", "its file decides"
    assert "remark" not in model
    assert script.requests.detections() == {
        "model": "a", "state": "exact", "age_frames": 0,
        "boxes": [
            {"xyxy": [10.0, 10.0, 50.0, 90.0], "score": 0.9, "class_id": 0, "class_name": "person"},
            {"xyxy": [60.0, 20.0, 120.0, 60.0], "score": 0.5, "class_id": 2, "class_name": "car"},
        ],
    }  # fmt: skip


def test_a_program_is_refused_and_nobody_is_asked(script: Script) -> None:
    asked: list[object] = []
    script.bench.detecting.arrivals.trust_wanted.connect(asked.append)
    found = script.settled(script.requests.set_model("/nets/a.pt2", "auto"))
    assert isinstance(found, IpcError)
    assert str(found) == FAILED
    assert asked == []
    assert script.bench.detecting.seats == []
    assert isinstance(script.settled(script.requests.set_model("/no-such.onnx", "auto")), IpcError)


def test_a_model_that_fails_while_it_loads_is_an_error(script: Script) -> None:
    answer = script.requests.add_model("/nets/a.onnx", "auto")
    bench = script.bench
    wait_until(lambda: bool(bench.made and bench.analysis.models), "the model is loading")
    bench.analysis.fail(0, "No labels.")
    assert isinstance(script.settled(answer), IpcError)
    assert script.requests.model()["error"] == "No labels."
    assert script.requests.detections()["state"] == "off"


def test_two_models_and_their_options(script: Script) -> None:
    script.show(1)
    bench = script.bench
    bench.open("/nets/a.onnx")
    bench.open("/nets/b.onnx", place=1)
    bench.see(PERSON, CAR)
    bench.see(CAR, slot=1)
    script.requests.change({"conf": (0.1, 0.95), "classes": ("car",), "policy": "sync"}, 0)
    script.requests.change({"iou": 0.3, "region": (0.0, 0.0, 9.0, 9.0), "on": False}, 1)
    options: dict[str, Any] = script.requests.options()
    assert options["policy"] == "sync"
    assert options["on"] is False
    assert options["region"] == [0.0, 0.0, 9.0, 9.0]
    first, second = options["models"]
    assert first == {"conf": [0.1, 0.95], "iou": 0.6, "top_k": 300, "agnostic": False, "classes": ["car"]}
    assert (second["iou"], second["classes"]) == (0.3, None)
    with pytest.raises(IpcError):
        script.requests.change({"classes": ("unicorn",)}, 0)
    found: dict[str, Any] = script.requests.detections()
    assert found["model"] == "a"
    assert [box["class_name"] for box in found["boxes"]] == ["car"]
    assert found["second"]["model"] == "b"
    script.requests.remove_model(0)
    assert [model["path"] for model in script.requests.models()] == ["/nets/b.onnx"]
    with pytest.raises(IpcError):
        script.requests.remove_model(1)
    assert script.requests.set_model(None, "auto") is None
    assert script.requests.models() == []
