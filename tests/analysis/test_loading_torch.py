"""Weights load without running anything, and programs run only for those who agreed to their bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.analysis.loading import LoadedModel, load_model
from player.analysis.model_file import ModelFile, inspect_model
from player.analysis.trust import Trust
from player.errors import ModelError, UntrustedModelError
from tests.helpers.libraries import need_torch
from tests.helpers.model_files import (
    CARD,
    evil_exported_program,
    evil_pickle,
    exported_program,
    small_fastestdet,
    torchscript,
    write_weights,
)
from tests.helpers.shared_models import need_model

torch = need_torch()
SIZED_CARD = CARD.replace("[input]\n", "[input]\nsize = [8, 8]\n")


def load(path: Path, trust: Trust | None = None) -> LoadedModel:
    return load_model(path, device="cpu", trust=trust or Trust(None), threads=1)


def pictures(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(0).random(shape, np.float32)


def test_weights_of_a_built_in_network_run(tmp_path: Path) -> None:
    network = small_fastestdet()
    model = load(write_weights(network, tmp_path / "mine.pth"))
    assert (model.card.decoder, model.card.labels, model.card.input.order) == ("fastestdet", ("a", "b", "c"), "bgr")
    assert (model.card.input.width, model.card.input.height) == (96, 64)
    assert model.backend.output_shapes == {"output": (None, 8, 4, 6)}
    assert (model.backend.device, model.backend.on_torch) == ("cpu", False)
    assert model.backend.engine.startswith("torch ")
    for count in (1, 3):
        given = pictures(count, 3, 64, 96)
        with torch.no_grad():
            expected = network(torch.from_numpy(given)).numpy()
        assert np.abs(model.backend.run(given)["output"] - expected).max() < 1e-5


@pytest.mark.parametrize(
    "wrap",
    [
        lambda weights: {"state_dict": weights, "best_prec1": 91.78},
        lambda weights: {"model": weights, "epoch": 3},
        lambda weights: {f"module.{name}": tensor for name, tensor in weights.items()},
        lambda weights: {"state_dict": {f"_orig_mod.module.{name}": tensor for name, tensor in weights.items()}},
    ],
)
def test_checkpoints_hold_their_weights_in_many_ways(tmp_path: Path, wrap: Any) -> None:
    network = small_fastestdet()
    path = write_weights(network, tmp_path / "mine.pth")
    plain = load(path).backend.run(pictures(1, 3, 64, 64))["output"]
    torch.save(wrap(network.state_dict()), path)
    assert np.array_equal(load(path).backend.run(pictures(1, 3, 64, 64))["output"], plain)


def test_weights_of_a_network_that_is_not_built_in_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.pth"
    torch.save({"conv1.weight": torch.zeros(2)}, path)
    with pytest.raises(ModelError, match=r"its weights \(conv1\.weight, \.\.\.\) fit none of the built-in networks"):
        load(path)


def test_a_weight_that_is_missing_or_misshapen_is_named(tmp_path: Path) -> None:
    path = write_weights(small_fastestdet(), tmp_path / "mine.pth")
    weights = torch.load(path, weights_only=True)
    for change in ("missing", "misshapen"):
        broken = dict(weights)
        if change == "missing":
            del broken["SPP.S2.3.weight"]
        else:
            broken["SPP.S2.3.weight"] = torch.zeros(1)
        torch.save(broken, path)
        with pytest.raises(ModelError, match=r"it looks like FastestDet, but its SPP\.S2\.3\.weight does not fit"):
            load(path)


@pytest.mark.parametrize("content", [[1, 2], {}, {"a": 1}, torch.zeros(3), {"state_dict": {"a": "text"}}])
def test_a_pickle_without_weights_is_refused(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "other.pth"
    torch.save(content, path)
    with pytest.raises(ModelError, match=r"^Cannot open other\.pth: it holds no state dict\.$"):
        load(path)


def test_a_whole_module_is_refused_by_the_class_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "module.pt"
    torch.save(torch.nn.Linear(1, 1), path)
    with pytest.raises(
        ModelError, match=r"^Cannot open module\.pt: it is a pickle that needs code to load \(torch\.nn"
    ):
        load(path)


def test_the_shared_unsafe_pickle_is_refused() -> None:
    with pytest.raises(ModelError, match=r"it is a pickle that needs code to load \(vdsr\.Net\), which is refused"):
        load(need_model("superres_vdsr/model_epoch_50.pth"))


def test_a_pickle_that_writes_a_file_writes_none(tmp_path: Path) -> None:
    path, marker = tmp_path / "evil.pth", tmp_path / "written"
    path.write_bytes(evil_pickle(marker))
    with pytest.raises(ModelError, match=r"^Cannot open evil\.pth: it is a (pickle that needs code|damaged or unsafe)"):
        load(path, Trust(None, named=[path]))
    assert not marker.exists()


@pytest.mark.parametrize("at", [0, 1, 40, 500])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, at: int) -> None:
    path = write_weights(small_fastestdet(), tmp_path / "mine.pth")
    data = bytearray(path.read_bytes())
    data[at : at + 40] = bytes(40)
    path.write_bytes(data[: len(data) // 2] if at == 500 else data)
    with pytest.raises(ModelError, match=r"^Cannot open mine\.pth: [^\n]+\.$"):
        load(path)


def test_a_crafted_pt2_runs_nothing_until_somebody_agrees(tmp_path: Path) -> None:
    path, marker = tmp_path / "evil.pt2", tmp_path / "written"
    path.write_bytes(evil_exported_program(marker))
    sha256 = inspect_model(path).sha256
    with pytest.raises(UntrustedModelError, match=rf"^Cannot open evil\.pt2: it is a program.*{sha256}") as caught:
        load(path)
    assert caught.value.sha256 == sha256
    assert not marker.exists()
    with pytest.raises(ModelError):  # the attack is a real one: whoever agrees is hit
        load(path, Trust(None, named=[path]))
    assert marker.exists()


class WritesAFile(torch.nn.Module):  # type: ignore[misc, name-defined]
    """TorchScript can do this: it makes a file when it is run."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:  # type: ignore[name-defined]
        return pictures + torch.from_file(self.path, True, 1).sum()


def test_torchscript_runs_nothing_until_somebody_agrees(tmp_path: Path) -> None:
    path, marker = tmp_path / "evil.pt", tmp_path / "written"
    path.write_bytes(torchscript(WritesAFile(str(marker))))
    path.with_suffix(".toml").write_text(SIZED_CARD, encoding="utf-8")
    with pytest.raises(UntrustedModelError):
        load(path)
    assert not marker.exists()
    load(path, Trust(None, named=[path]))
    assert marker.exists()


def test_an_agreed_program_runs(tmp_path: Path) -> None:
    path = tmp_path / "relu.pt2"
    path.write_bytes(exported_program())
    path.with_suffix(".toml").write_text(CARD, encoding="utf-8")
    trust = Trust(tmp_path / "trusted.txt")
    trust.agree(inspect_model(path).sha256, path.name)
    model = load(path, Trust(tmp_path / "trusted.txt"))
    assert model.backend.input_shape == (1, 3, 8, 8)
    assert (model.card.input.width, model.card.input.height) == (8, 8)
    given = pictures(1, 3, 8, 8) - 0.5
    assert np.array_equal(model.backend.run(given)["output0"], np.maximum(given, 0))


class SwapsTheFile(Trust):
    """Trusts, and puts another file there before anybody opens it."""

    def __init__(self, other: bytes) -> None:
        super().__init__(None)
        self._other = other

    def allows(self, file: ModelFile) -> bool:
        file.path.write_bytes(self._other)
        return True


def test_the_bytes_that_were_agreed_to_are_the_ones_that_run(tmp_path: Path) -> None:
    path, marker = tmp_path / "relu.pt2", tmp_path / "written"
    path.write_bytes(exported_program())
    path.with_suffix(".toml").write_text(CARD, encoding="utf-8")
    model = load(path, SwapsTheFile(evil_exported_program(marker)))
    assert np.array_equal(model.backend.run(-np.ones((1, 3, 8, 8), np.float32))["output0"], np.zeros((1, 3, 8, 8)))
    assert not marker.exists()


class Yolo(torch.nn.Module):  # type: ignore[misc, name-defined]
    """Two classes, 84 boxes: what YOLOv8 at 64 pixels gives."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:  # type: ignore[name-defined]
        return torch.ones(1, 6, 84) * pictures.mean()


def test_a_yolo_export_as_torchscript_opens_with_no_card(tmp_path: Path) -> None:
    path = tmp_path / "yolov8n.torchscript"
    metadata = {"stride": 32, "task": "detect", "imgsz": [64, 64], "names": {"0": "cat", "1": "dog"}, "batch": 1}
    path.write_bytes(torchscript(Yolo(), metadata))
    model = load(path, Trust(None, named=[path]))
    assert (model.card.labels, model.card.decoder, model.card.input.fit) == (("cat", "dog"), "yolov8", "letterbox")
    assert model.backend.input_shape == (1, 3, 64, 64)
    assert model.backend.run(np.ones((1, 3, 64, 64), np.float32))["output0"].shape == (1, 6, 84)


class Yolov5(torch.nn.Module):  # type: ignore[misc, name-defined]
    """Two classes, 252 boxes: what YOLOv5 at 64 pixels gives, as the only one of a tuple."""

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor]:  # type: ignore[name-defined]
        return (torch.ones(1, 252, 7),)


def test_a_yolov5_export_as_torchscript_opens_with_no_card(tmp_path: Path) -> None:
    path = tmp_path / "yolov5n.torchscript"
    path.write_bytes(torchscript(Yolov5(), {"shape": [1, 3, 64, 64], "stride": 32, "names": {"0": "cat", "1": "dog"}}))
    model = load(path, Trust(None, named=[path]))
    assert (model.card.labels, model.card.decoder, model.card.input.width) == (("cat", "dog"), "yolov5", 64)


def test_torchscript_without_a_size_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    path.write_bytes(torchscript(torch.nn.ReLU()))
    path.with_suffix(".toml").write_text(CARD, encoding="utf-8")
    with pytest.raises(ModelError, match=r"^Nothing says input\.size of net\.pt"):
        load(path, Trust(None, named=[path]))


def test_a_network_that_fails_is_one_sentence(tmp_path: Path) -> None:
    model = load(write_weights(small_fastestdet(), tmp_path / "mine.pth"))
    with pytest.raises(ModelError, match=r"^mine\.pth failed in torch: [^\n]+\.$"):
        model.backend.run(pictures(1, 4, 64, 64))
