"""The built-in FastestDet is the published one, and is fused without a difference."""

from __future__ import annotations

import numpy as np

from player.analysis.loading import load_model
from player.analysis.nets import recognise
from player.analysis.trust import Trust
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.model_files import small_fastestdet
from tests.helpers.shared_models import need_model

torch = need_torch()


def test_it_agrees_with_the_published_onnx_file() -> None:
    need_library("onnxruntime")
    paths = [
        need_model(f"coco_fastestdet/{name}") for name in ("FastestDet.onnx", "fastestdet_ap05_0.253207_280ep.pth")
    ]
    one, ours = (load_model(path, device="cpu", trust=Trust(None), threads=1) for path in paths)
    assert one.card.labels == ours.card.labels
    assert ours.card.decoder == one.card.decoder == "fastestdet"
    assert (ours.card.input.width, ours.card.input.order) == (one.card.input.width, one.card.input.order)
    for seed in range(3):
        given = np.random.default_rng(seed).random((1, 3, 352, 352), np.float32)
        expected, found = one.backend.run(given)["758"], ours.backend.run(given)["output"]
        assert np.abs(found - expected).max() < 1e-4


def test_its_settings_are_told_from_its_weights() -> None:
    network = small_fastestdet()
    shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    known = recognise(shapes)
    assert known is not None
    assert (known[0].name, known[1]) == ("FastestDet", {"classes": 3, "repeats": (1, 2, 1), "width": 32})
    rebuilt = known[0].make(**known[1])
    assert {name: tuple(tensor.shape) for name, tensor in rebuilt.state_dict().items()} == shapes
    assert recognise({"conv1.weight": (64, 3, 7, 7)}) is None


def test_every_size_of_its_multiple_gives_a_cell_for_sixteen_pixels() -> None:
    network = small_fastestdet()
    with torch.no_grad():
        for width, height in ((32, 32), (96, 64), (352, 352)):
            found = network(torch.rand(2, 3, height, width))
            assert found.shape == (2, 8, height // 16, width // 16)
            assert torch.allclose(found[:, 5:].sum(1), torch.ones(()))
            assert ((found[:, 0] > 0) & (found[:, 0] < 1)).all()


def test_it_can_be_trained() -> None:
    network = small_fastestdet().train()
    network(torch.rand(2, 3, 64, 64)).square().mean().backward()
    assert all(each.grad is not None and each.grad.isfinite().all() for each in network.parameters())
