"""A network that takes a picture for its colour, and sees it where that colour is: what it must say is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from player.analysis.card import InputSpec, ModelCard
from player.analysis.loading import LoadedModel
from player.analysis.model_file import ModelFile
from tests.helpers.libraries import need_torch

LABELS = ("red", "green", "blue")
SIDE, CELL = 64, 8


def spot_network() -> Any:
    """Pictures [n, 3, 64, 64], red, green and blue from 0 to 1, to one logit for each: how much of it there is."""
    torch = need_torch()
    from player.analysis.nets.classifier import Classifier

    class Spots(Classifier):
        stages = {"stem": ("cells",), "head": ("head",)}  # noqa: RUF012
        last_map = "cells"

        def __init__(self) -> None:
            super().__init__()
            self.cells = torch.nn.Conv2d(3, 3, CELL, CELL, bias=False)
            self.head = torch.nn.Linear(3, 3, bias=False)
            with torch.no_grad():
                own = torch.eye(3) - 0.5 * (1 - torch.eye(3))  # white and grey are none of them
                self.cells.weight[:] = (own / CELL**2)[..., None, None].expand(-1, -1, CELL, CELL)
                self.head.weight[:] = 40 * torch.eye(3)

        def forward(self, pictures: Any) -> Any:
            return self.head(torch.relu(self.cells(pictures)).mean((2, 3)))

    return Spots().eval()


def spot_model(spec: InputSpec | None = None, *, explains: bool = True) -> LoadedModel:
    need_torch()
    from player.analysis.backends.torch_backend import TorchBackend
    from player.analysis.backends.torch_heat import GradCam

    network = spot_network()
    spec = spec or InputSpec(SIDE, SIDE, scale=1 / 255)
    backend = TorchBackend(
        network, "spots.pth", device="cpu", input_shape=(None, 3, None, None), size=(SIDE, SIDE), threads=1,
        names=("logits",),
    )  # fmt: skip
    file = ModelFile(Path("spots.pth"), "state-dict", "0123456789abcdef" * 4, 1)
    card = ModelCard("spots", "classify", spec, "classify", labels=LABELS)
    return LoadedModel(card, file, backend, GradCam(network, "spots.pth", "cpu") if explains else None)
