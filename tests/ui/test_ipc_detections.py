"""Detection by script in the running program: the boxes told are those of the picture on screen, and of no other."""

from __future__ import annotations

import zipfile
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from player.analysis.detections import Detections
from player.analysis.formats.results import PictureResult
from tests.helpers.model_files import evil_pickle
from tests.helpers.number_network import number_in, write_number_network
from tests.ui.ipc_kit import Remote, running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clip, Clips

FRAME, FOUND = "overplay/frame", "overplay/detections"


def number_told(found: dict[str, Any], size: tuple[int, int]) -> int:
    """The number of the picture that the boxes were computed from."""
    boxes = found["boxes"]
    detections = Detections(
        np.array([box["xyxy"] for box in boxes], np.float32),
        np.array([box["score"] for box in boxes], np.float32),
        np.zeros(len(boxes), np.int32),
    )
    return number_in(PictureResult("", 0, None, Fraction(1), None, *size, detections))


class Follower:
    """Reads frames and boxes as they are told, and holds every exact answer against the picture told before it."""

    def __init__(self, client: Remote, clip: Clip) -> None:
        self.client, self.clip = client, clip
        self.size = (client.get("width"), client.get("height"))
        self.index: int | None = None
        client.do("observe_property", 1, FRAME)
        client.do("observe_property", 2, FOUND)

    def until_exact(self, index: int) -> None:
        while True:
            message = self.client.until("property-change")
            if message["name"] == FRAME:
                self.index = message["data"]["index"]
            elif message["name"] == FOUND and message["data"]["state"] == "exact":
                assert self.index is not None
                assert number_told(message["data"], self.size) == self.clip.numbers[self.index]
                if self.index == index:
                    return


def test_boxes_are_told_of_the_picture_on_screen(clips: Clips, tmp_path: Path) -> None:
    network, clip = write_number_network(tmp_path), clips("bframes")
    with running(tmp_path, clip.path, "--pause") as player, player.connect() as client:
        client.until_shown()
        assert client.get(FOUND) == {"model": None, "state": "off", "age_frames": None, "boxes": []}
        assert client.ask("get_property", "overplay/model")["error"] == "property unavailable"
        client.do("set_property", "overplay/model", {"path": str(network), "device": "cpu"})
        model = client.get("overplay/model")
        assert (model["name"], model["state"], model["device"]) == ("numbers", "ready", "cpu")
        assert model["engine"].startswith("onnxruntime")
        follower = Follower(client, clip)
        follower.until_exact(0)
        for index in (1, 2, 3):
            client.do("frame-step")
            follower.until_exact(index)
        client.do("frame-back-step")
        follower.until_exact(2)
        client.do("overplay/go-to-frame", 9)
        follower.until_exact(9)

        client.do("set_property", "overplay/detection-options", {"top_k": 3, "place": 0})
        assert len(client.until_change(FOUND)["boxes"]) == 3
        assert client.get("overplay/detection-options/models/0/top_k") == 3
        client.do("set_property", "overplay/detection-options", {"on": False})
        assert client.until_change(FOUND)["state"] == "off"
        client.do("overplay/model-remove", "all")
        assert client.get("overplay/models") == []


def test_a_script_makes_no_program_trusted(clips: Clips, tmp_path: Path) -> None:
    marker, program = tmp_path / "it-ran", tmp_path / "net.torchscript"
    with zipfile.ZipFile(program, "w") as file:  # what tells TorchScript: it has code, and constants in a pickle
        file.writestr("net/code/__torch__.py", "")
        file.writestr("net/constants.pkl", evil_pickle(marker))
        file.writestr("net/data.pkl", evil_pickle(marker))
    with running(tmp_path, clips("cfr").path, "--pause") as player, player.connect() as client:
        for ask in (("set_property", "overplay/model", str(program)), ("overplay/model-add", str(program))):
            assert client.ask(*ask)["error"] == "error running command"
        assert client.ask("overplay/model-add", str(tmp_path / "none.onnx"))["error"] == "error running command"
        assert client.get("overplay/models") == []
        assert not marker.exists()
