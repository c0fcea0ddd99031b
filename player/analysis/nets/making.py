"""Classifiers by name, new and untrained. Needs torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from player.analysis.nets.cifar_cnn import CifarCnn
from player.analysis.nets.cifar_resnet import CifarResNet
from player.analysis.nets.classifier import Classifier
from player.analysis.nets.lenet import LeNet5
from player.analysis.nets.resnet import DEPTHS, ResNet
from player.errors import ModelError


@dataclass(frozen=True, slots=True)
class _Made:
    make: Callable[..., Classifier]
    takes: Mapping[str, type]
    """Its parameters besides the number of classes."""


_NETWORKS: Mapping[str, _Made] = {
    "cifar-cnn": _Made(CifarCnn, {"width": int, "dense": int, "size": int}),
    **{
        f"cifar-resnet{6 * blocks + 2}": _Made(partial(CifarResNet, blocks=blocks), {"width": int, "normed": bool})
        for blocks in (3, 5, 9)
    },
    "lenet5": _Made(LeNet5, {}),
    **{
        f"resnet{depth}": _Made(
            partial(ResNet, blocks=blocks, bottleneck=bottleneck),
            {"width": int, "v1": bool} if bottleneck else {"width": int},
        )
        for depth, (blocks, bottleneck) in DEPTHS.items()
    },
}


def network_names() -> tuple[str, ...]:
    return tuple(_NETWORKS)


def make_network(name: str, classes: int, **parameters: Any) -> Classifier:
    """The network with random weights, from torch's generator. Raises ModelError."""
    made = _NETWORKS.get(name)
    if made is None:
        raise ModelError(f"There is no network called {name}: it has to be one of {', '.join(_NETWORKS)}.")
    if classes < 2:
        raise ModelError(f"A classifier needs two classes at least, not {classes}: a softmax over one is always 1.")
    for parameter, value in parameters.items():
        wanted = made.takes.get(parameter)
        if wanted is None:
            known = ", ".join(made.takes) or "none"
            raise ModelError(f"The network {name} has no parameter {parameter}; those it has: {known}.")
        if type(value) is not wanted or (type(value) is int and value < 1):
            right = "true or false" if wanted is bool else "a whole number above 0"
            raise ModelError(f"The network {name} has {value!r} for {parameter}, which is {right}.")
    return made.make(classes, **parameters)
