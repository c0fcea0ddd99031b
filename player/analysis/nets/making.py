"""Classifiers by name, new and untrained. torch is imported when one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from player.analysis.nets.classifiers import make_cifar_cnn, make_cifar_resnet, make_lenet, make_resnet
from player.errors import ModelError

if TYPE_CHECKING:
    from player.analysis.nets.classifier import Classifier


@dataclass(frozen=True, slots=True)
class _Made:
    make: Callable[..., Classifier]
    takes: Mapping[str, type]


_NETWORKS: Mapping[str, _Made] = {
    "cifar-cnn": _Made(make_cifar_cnn, {"width": int, "dense": int, "size": int}),
    **{
        f"cifar-resnet{6 * blocks + 2}": _Made(
            partial(make_cifar_resnet, blocks=blocks), {"width": int, "normed": bool}
        )
        for blocks in (3, 5, 9)
    },
    "lenet5": _Made(make_lenet, {}),
    "resnet18": _Made(partial(make_resnet, blocks=(2, 2, 2, 2), bottleneck=False), {"width": int}),
    "resnet34": _Made(partial(make_resnet, blocks=(3, 4, 6, 3), bottleneck=False), {"width": int}),
    "resnet50": _Made(partial(make_resnet, blocks=(3, 4, 6, 3), bottleneck=True), {"width": int, "v1": bool}),
}


def network_names() -> tuple[str, ...]:
    return tuple(_NETWORKS)


def network_parameters(name: str) -> Mapping[str, type]:
    """What a network takes besides its number of classes, and whether that is a number or a yes or no."""
    return _NETWORKS[name].takes


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
            raise ModelError(f"The network {name} has {value!r} for {parameter}, which is to be {right}.")
    return made.make(classes=classes, **parameters)
