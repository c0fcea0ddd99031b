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


def _blocks(shapes: Shapes, stages: int, width: int) -> tuple[int, ...]:
    """How many blocks each stage has: layer1.0, layer1.1, ... Their channels are `width`, and twice that in the next.

    0 for a stage where they are not: no network becomes larger than the weights that it is made for.
    """
    found = []
    for stage in range(stages):
        blocks = {key.split(".")[1] for key in shapes if key.startswith(f"layer{stage + 1}.")}
        wide = width << stage
        right = all(shapes.get(f"layer{stage + 1}.{block}.conv2.weight") == (wide, wide, 3, 3) for block in blocks)
        found.append(len(blocks) if right else 0)
    return tuple(found)


def _ends(shapes: Shapes, stem: str, kernel: tuple[int, ...], head: str) -> tuple[int, int] | None:
    """The width of the first convolution and the number of classes; None where there are no such layers."""
    first, last = shapes.get(stem, ()), shapes.get(head, ())
    if len(first) != 4 or first[1:] != kernel or len(last) != 2 or not first[0] or not last[0]:
        return None
    return first[0], last[0]


def _resnet_settings(shapes: Shapes) -> Settings | None:
    ends = _ends(shapes, "conv1.weight", (3, 7, 7), "fc.weight")
    blocks = _blocks(shapes, 4, ends[0]) if ends else (0,)
    if ends is None or 0 in blocks:
        return None
    bottleneck = "layer1.0.conv3.weight" in shapes
    return {
        "classes": ends[1], "blocks": blocks, "bottleneck": bottleneck, "v1": "v1" in shapes, "width": ends[0],
    }  # fmt: skip


def _cifar_resnet_settings(shapes: Shapes) -> Settings | None:
    ends = _ends(shapes, "conv1.weight", (3, 3, 3), "linear.weight")
    blocks = _blocks(shapes, 3, ends[0]) if ends else (0,)
    if ends is None or 0 in blocks or len(set(blocks)) > 1:
        return None
    return {"classes": ends[1], "blocks": blocks[0], "width": ends[0], "normed": "linear.scale" in shapes}


def _cifar_cnn_settings(shapes: Shapes) -> Settings | None:
    ends, dense = _ends(shapes, "blocks.0.conv1.weight", (3, 3, 3), "head.weight"), shapes.get("dense.weight", ())
    if ends is None or len(dense) != 2:
        return None
    last = ends[0] * 4  # the last block's width; it is an eighth of the picture's size
    if shapes.get("blocks.2.conv2.weight") != (last, last, 3, 3):
        return None
    return {"classes": ends[1], "width": ends[0], "dense": dense[0], "size": isqrt(dense[1] // last) * 8}


def _lenet_settings(shapes: Shapes) -> Settings | None:
    ends = _ends(shapes, "convnet.c1.weight", (1, 5, 5), "fc.f7.weight")
    return {"classes": ends[1]} if ends and ends[0] == 6 else None


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
