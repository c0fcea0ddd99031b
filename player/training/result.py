"""What comes of a run: the best weights as safetensors, and the card with which the player opens them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import safetensors.torch
from torch import nn

from player.analysis.card import ModelCard
from player.analysis.card_file import card_to_toml
from player.errors import TrainingError
from player.training.run_folder import RunFolder
from player.whole_file import write_whole


class Result:
    """The two files of a run, written anew with every epoch that is better."""

    def __init__(self, folder: RunFolder, name: str) -> None:
        self.weights = folder.weights(name)
        self.card = folder.card(name)

    @property
    def there(self) -> bool:
        return self.weights.is_file() and self.card.is_file()

    def write(self, network: nn.Module, card: ModelCard, told: str) -> None:
        """`told` says how they came about and what they reach. Raises OSError."""
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
        data = safetensors.torch.save(tensors, metadata={"format": "pt"})
        write_whole(self.weights, data)
        self._write_card(card, hashlib.sha256(data).hexdigest(), told)

    def tell_more(self, card: ModelCard, told: str) -> None:
        """The card again, of the same weights."""
        self._write_card(card, hashlib.sha256(self.weights.read_bytes()).hexdigest(), told)

    def _write_card(self, card: ModelCard, sha256: str, told: str) -> None:
        write_whole(self.card, card_to_toml(replace(card, sha256=sha256, source=told)).encode())

    def read_into(self, network: nn.Module) -> None:
        """The weights, back into the network that they came from. Raises TrainingError."""
        try:
            network.load_state_dict(safetensors.torch.load(self.weights.read_bytes()))
        except Exception as error:  # somebody else was at the file
            raise TrainingError(f"Cannot read {self.weights} again: it is not what the run wrote.") from error


def figures(metrics: Mapping[str, float]) -> str:
    """For people: "loss 0.523, accuracy 0.8112"."""
    return ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in metrics.items() if name != "epoch")
