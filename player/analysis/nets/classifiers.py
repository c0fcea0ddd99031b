"""How the weights of the classifiers are recognised, and what their architecture settles of a card."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, Any

from player.analysis.nets.built_in import BuiltInNet, Settings, Shapes

if TYPE_CHECKING:
    from player.analysis.nets.classifier import Classifier

Card = dict[str, object]
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of red, green and blue from 0 to 1. The published CIFAR ResNets take these too."""
CIFAR_MEAN, CIFAR_STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


def _card(
    side: int, mean: tuple[float, ...] = (0.0,) * 3, std: tuple[float, ...] = (1.0,) * 3, crop: float = 0
) -> Card:
    """For pictures of that side, of which a `crop` above 0 shows so much of the middle."""
    fit = {"fit": "crop", "crop": crop} if crop else {"fit": "stretch"}
    given = {"size": [side, side], **fit, "order": "rgb", "scale": 1 / 255, "mean": list(mean), "std": list(std)}
    return {"task": "classify", "input": given, "output": {"decoder": "classify"}}


def _blocks(shapes: Shapes, stages: int) -> tuple[int, ...]:
    """How many blocks each stage has: layer1.0, layer1.1, ..."""
    return tuple(
        len({key.split(".")[1] for key in shapes if key.startswith(f"layer{stage}.")}) for stage in range(1, stages + 1)
    )


def _resnet_settings(shapes: Shapes) -> Settings | None:
    stem, head = shapes.get("conv1.weight", ()), shapes.get("fc.weight", ())
    blocks = _blocks(shapes, 4)
    if len(stem) != 4 or stem[1:] != (3, 7, 7) or len(head) != 2 or 0 in blocks:
        return None
    bottleneck = "layer1.0.conv3.weight" in shapes
    return {
        "classes": head[0], "blocks": blocks, "bottleneck": bottleneck, "v1": "v1" in shapes, "width": stem[0],
    }  # fmt: skip


def _cifar_resnet_settings(shapes: Shapes) -> Settings | None:
    stem, head = shapes.get("conv1.weight", ()), shapes.get("linear.weight", ())
    blocks = _blocks(shapes, 3)
    if len(stem) != 4 or stem[1:] != (3, 3, 3) or len(head) != 2 or 0 in blocks or len(set(blocks)) > 1:
        return None
    return {"classes": head[0], "blocks": blocks[0], "width": stem[0], "normed": "linear.scale" in shapes}


def _cifar_cnn_settings(shapes: Shapes) -> Settings | None:
    stem, dense = shapes.get("blocks.0.conv1.weight", ()), shapes.get("dense.weight", ())
    head = shapes.get("head.weight", ())
    if len(stem) != 4 or len(dense) != 2 or len(head) != 2:
        return None
    size = isqrt(dense[1] // (4 * stem[0])) * 8  # the last block has four times the width, an eighth of the size
    return {"classes": head[0], "width": stem[0], "dense": dense[0], "size": size}


def _lenet_settings(shapes: Shapes) -> Settings | None:
    stem, head = shapes.get("convnet.c1.weight", ()), shapes.get("fc.f7.weight", ())
    return {"classes": head[0]} if stem == (6, 1, 5, 5) and len(head) == 2 else None


def make_resnet(**settings: Any) -> Classifier:
    from player.analysis.nets.resnet import ResNet

    return ResNet(**settings)


def make_cifar_resnet(**settings: Any) -> Classifier:
    from player.analysis.nets.cifar_resnet import CifarResNet

    return CifarResNet(**settings)


def make_cifar_cnn(**settings: Any) -> Classifier:
    from player.analysis.nets.cifar_cnn import CifarCnn

    return CifarCnn(**settings)


def make_lenet(**settings: Any) -> Classifier:
    from player.analysis.nets.lenet import LeNet5

    return LeNet5(**settings)


CLASSIFIERS = (
    BuiltInNet(
        "ResNet", _resnet_settings, make_resnet, ("logits",), _card(224, IMAGENET_MEAN, IMAGENET_STD, 224 / 256)
    ),
    BuiltInNet(
        "CIFAR ResNet", _cifar_resnet_settings, make_cifar_resnet, ("logits",), _card(32, IMAGENET_MEAN, IMAGENET_STD)
    ),
    BuiltInNet("CIFAR CNN", _cifar_cnn_settings, make_cifar_cnn, ("logits",), _card(32, CIFAR_MEAN, CIFAR_STD)),
    BuiltInNet("LeNet-5", _lenet_settings, make_lenet, ("logits",), _card(32)),
)
