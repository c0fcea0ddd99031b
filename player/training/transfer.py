"""A recipe's network: new, or with what another training taught it, and which of its stages learn when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from player.analysis.backends.torch_files import read_weights
from player.analysis.model_file import read_model
from player.analysis.nets.making import make_network
from player.errors import ModelError, RecipeError
from player.training.network_settings import BODY, NetworkSettings

if TYPE_CHECKING:
    from torch import Tensor

    from player.analysis.nets.classifier import Classifier


def build_network(settings: NetworkSettings, classes: int, folder: Path) -> Classifier:
    """The network with a head for so many classes, on the CPU; `folder` is the data's. Raises RecipeError."""
    try:
        if settings.weights:
            network = _with_weights(settings, classes, folder / settings.weights)
        else:
            network = make_network(settings.name, classes, **settings.parameters)
    except ModelError as error:
        raise RecipeError(str(error)) from error
    for stage in (*settings.freeze, *(stage for thaw in settings.thaw for stage in thaw.stages)):
        if stage not in (BODY, *network.stages):
            known = ", ".join((BODY, *network.stages))
            raise RecipeError(f"The network {settings.name} has no stage {stage} to freeze or thaw; it has {known}.")
    if not set(network.stages) - frozen_stages(settings, network.stages, 0):
        raise RecipeError(f"Every stage of {settings.name} is frozen (network.freeze): nothing can learn.")
    return network


def begin_epoch(network: Classifier, settings: NetworkSettings, epoch: int) -> None:
    """Training mode for the stages that learn in this epoch (from 0).

    The frozen ones stay as they are in every respect: their batch normalisations keep their statistics too.
    """
    frozen = frozen_stages(settings, network.stages, epoch)
    network.train()
    for stage in network.stages:
        for module in network.stage_modules(stage):
            module.requires_grad_(stage not in frozen)
            if stage in frozen:
                module.eval()


def frozen_stages(settings: NetworkSettings, stages: Collection[str], epoch: int) -> set[str]:
    thawed = {stage for thaw in settings.thaw if thaw.epoch <= epoch for stage in thaw.stages}
    return _named(settings.freeze, stages) - _named(thawed, stages)


def _named(named: Collection[str], stages: Collection[str]) -> set[str]:
    return {stage for stage in stages if stage in named or (stage != "head" and BODY in named)}


def _with_weights(settings: NetworkSettings, classes: int, path: Path) -> Classifier:
    file, data = read_model(path)
    if file.kind not in ("safetensors", "state-dict"):
        raise ModelError(f"Cannot begin with {path.name}: it is no state dict and no safetensors file.")
    weights = read_weights(file, data)
    # What tells the two strides of a ResNet apart is the recipe's to say, and not in what others publish.
    weights.pop("v1", None)
    network = make_network(settings.name, classes, **settings.parameters)
    head = weights.get(f"{network.stages['head'][-1]}.weight")
    taught = classes if head is None or not head.ndim else int(head.shape[0])
    if taught != classes:
        network.replace_head(taught)
    _refuse_others(network.state_dict(), weights, settings.name, path.name)
    network.load_state_dict(weights, strict=False)
    if taught != classes or settings.new_head:
        network.replace_head(classes)
    return network


def _refuse_others(own: Mapping[str, Tensor], given: Mapping[str, Tensor], network: str, name: str) -> None:
    missing = {key for key in own if not key.endswith(".num_batches_tracked") and key != "v1"} - given.keys()
    for key in (*sorted(missing), *sorted(given.keys() - own.keys())):
        raise ModelError(f"Cannot begin with {name}: its weights are not those of {network}, by {key}.")
    for key, tensor in given.items():
        if tensor.shape != own[key].shape:
            raise ModelError(
                f"Cannot begin with {name}: {key} is {list(tensor.shape)} there, in {network} {list(own[key].shape)}."
            )
