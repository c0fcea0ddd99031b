"""The network that finds lines of text: told by its weights, fused and exported without a difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from player.analysis.export import export_model
from player.analysis.loading import load_model
from player.analysis.nets import recognise
from player.analysis.trust import Trust
from tests.helpers.libraries import need_library, need_torch

torch = need_torch()

SETTINGS: dict[str, Any] = {"widths": (4, 6, 8, 10, 12), "blocks": (1, 2, 1, 3), "neck": 8}


def small_network(seed: int = 0) -> Any:
    """With random weights and lived-in statistics, in evaluation mode."""
    from player.analysis.nets.text_lines import TextLines

    torch.manual_seed(seed)
    network = TextLines(**SETTINGS)
    with torch.no_grad():
        for _ in range(2):
            network.train()(torch.rand(2, 3, 64, 64))
    return network.eval()


def test_its_settings_are_told_from_its_weights() -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in small_network().state_dict().items()}
    known = recognise(shapes)
    assert known is not None
    assert (known[0].name, known[1]) == ("TextLines", SETTINGS)


def test_it_gives_chances_and_distances_at_half_the_size() -> None:
    network = small_network()
    with torch.no_grad():
        for width, height in ((32, 32), (96, 64)):
            found = network(torch.rand(2, 3, height, width))
            assert found.shape == (2, 3, height // 2, width // 2)
            assert ((found[:, 0] > 0) & (found[:, 0] < 1)).all()
            assert (found[:, 1:] > 0).all()


def test_no_distance_overflows() -> None:
    network = small_network()
    with torch.no_grad():
        network.head[-1].bias.fill_(1000)
        assert network(torch.rand(1, 3, 32, 32)).isfinite().all()


def test_it_is_opened_with_a_card_that_names_the_label_alone(tmp_path: Path) -> None:
    torch.save(small_network().state_dict(), tmp_path / "mine.pth")
    (tmp_path / "mine.toml").write_text('labels = ["text"]\n')
    model = load_model(tmp_path / "mine.pth", device="cpu", trust=Trust(None), threads=1)
    assert (model.card.decoder, model.card.input.multiple) == ("text-map", 32)
    given = np.random.default_rng(0).random((2, 3, 64, 96), np.float32)
    with torch.no_grad():
        expected = small_network()(torch.from_numpy(given)).numpy()
    assert np.abs(model.backend.run(given)["map"] - expected).max() < 1e-4  # its batch norms are fused


def test_its_export_to_onnx_gives_the_same_map(tmp_path: Path) -> None:
    need_library("onnxscript")
    need_library("onnxruntime")
    torch.save(small_network().state_dict(), tmp_path / "mine.pth")
    (tmp_path / "mine.toml").write_text('labels = ["text"]\n[input]\nsize = [96, 64]\n')
    export_model(tmp_path / "mine.pth", tmp_path / "out.onnx", trust=Trust(None))
    before, after = (
        load_model(tmp_path / name, device="cpu", trust=Trust(None), threads=1) for name in ("mine.pth", "out.onnx")
    )
    assert (after.card.decoder, after.card.labels) == ("text-map", ("text",))
    given = np.random.default_rng(0).random((2, 3, 64, 96), np.float32)
    expected, found = (next(iter(model.backend.run(given).values())) for model in (before, after))
    assert np.abs(found - expected).max() < 1e-4
