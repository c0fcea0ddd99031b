"""Classifiers: probabilities and heat maps against plain torch, the heat where the thing is, however a picture lies."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from player.analysis.card import InputSpec
from player.analysis.classes import TOP, Heat
from player.analysis.classifier import Classifier
from player.analysis.opening import open_model
from player.analysis.trust import Trust
from player.errors import ModelError
from player.records import Orientation, Picture
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.shared_models import need_data, need_model
from tests.helpers.spot_network import LABELS, SIDE, spot_model, spot_network

torch = need_torch()
pytest.importorskip("cv2", reason="pictures are scaled by OpenCV", exc_type=ImportError)

from player.analysis.backends.torch_heat import GradCam  # noqa: E402
from player.analysis.nets.making import make_network  # noqa: E402

ORIENTATIONS = [Orientation(mirrored, turns) for mirrored in (False, True) for turns in range(4)]
SIZE = (192, 128)
RED, GREEN = (112, 16, 160, 64), (16, 80, 48, 112)
"""Left, top, right, bottom of the patches on black: there is more red."""
TRUST = Trust(None)


def patches(**more: Any) -> Picture:
    pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for (left, top, right, bottom), channel in ((RED, 0), (GREEN, 1)):
        pixels[top:bottom, left:right, channel] = 255
    picture = Picture(av.VideoFrame.from_ndarray(pixels, format="rgb24"), 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")
    return dataclasses.replace(picture, **more)


def of_file(path: Path) -> Picture:
    cv2 = need_library("cv2")
    pixels = np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])
    return Picture(av.VideoFrame.from_ndarray(pixels, format="rgb24"), 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")


def hottest(heat: Heat) -> tuple[float, float]:
    """The middle of what is hot, in coded pixels."""
    rows, columns = heat.values.shape
    down, across = (heat.values > 0.5).nonzero()
    left, top, right, bottom = heat.xyxy
    x = left + (across.mean() + 0.5) / columns * (right - left)
    return x, top + (down.mean() + 0.5) / rows * (bottom - top)


def middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


# What it says.


def test_probabilities_are_the_softmax_of_what_the_network_gives() -> None:
    """The picture as the network's input without any resizing, by torch alone."""
    classifier = Classifier(spot_model())
    pixels = np.random.default_rng(4).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    picture = Picture(av.VideoFrame.from_ndarray(pixels, format="rgb24"), 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")
    (found,) = classifier.infer([picture])
    logits = spot_network()(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255)
    wanted = torch.nn.functional.softmax(logits[0].detach().double(), dim=0).numpy()
    assert found.scores == pytest.approx(np.sort(wanted)[::-1], abs=1e-6)
    assert found.class_id.tolist() == np.argsort(-wanted).tolist()
    assert found.heat is None
    classifier.close()


def test_a_region_is_all_that_counts() -> None:
    classifier = Classifier(spot_model())
    (whole,), (part,) = classifier.infer([patches()]), classifier.infer([patches()], region=(0.0, 64.0, 64.0, 128.0))
    assert [LABELS[whole.top], LABELS[part.top]] == ["red", "green"]


def test_a_batch_is_its_pictures() -> None:
    classifier = Classifier(spot_model())
    pictures = [patches(orientation=each) for each in ORIENTATIONS] * 2
    together = classifier.infer(pictures, heat=TOP)
    for picture, found in zip(pictures, together, strict=True):
        (alone,) = classifier.infer([picture], heat=TOP)
        assert np.allclose(alone.scores, found.scores, atol=1e-6)
        assert alone.heat is not None
        assert found.heat is not None
        assert np.allclose(alone.heat.values, found.heat.values, atol=1e-5)


def test_a_classifier_without_labels_numbers_its_classes() -> None:
    model = spot_model()
    unnamed = dataclasses.replace(model, card=dataclasses.replace(model.card, labels=()))
    assert Classifier(unnamed).labels == ("class 0", "class 1", "class 2")
    wrong = dataclasses.replace(model, card=dataclasses.replace(model.card, labels=("a", "b")))
    with pytest.raises(ModelError, match="tells 3 classes apart, but 2 labels"):
        Classifier(wrong).warm_up()


# Grad-CAM.


def gradcam_by_hand(stage: Any, head: Any, class_id: int | None) -> tuple[Any, int]:
    """Of one picture: `stage` are the features, (1, channels, rows, columns), `head` makes logits of them."""
    stage = stage.detach().requires_grad_(True)
    logits = head(stage)[0]
    chosen = int(logits.argmax()) if class_id is None else class_id
    logits[chosen].backward()
    heat = torch.zeros(stage.shape[2:])
    for channel in range(stage.shape[1]):
        heat += stage.grad[0, channel].sum() / stage[0, channel].numel() * stage[0, channel].detach()
    heat = heat.relu()
    return heat / (heat.max() if heat.max() > 0 else 1), chosen


def parts_of(network: Any, name: str) -> tuple[Any, Any]:
    """The network up to its last stage and from there on, written out."""
    relu = torch.relu
    if name == "cifar-cnn":
        return network.blocks, lambda x: network.head(relu(network.dense(x.flatten(1))))
    if name == "lenet5":
        return network.convnet[:6], lambda x: network.fc(network.convnet[6:](x).flatten(1))
    stem = torch.nn.Sequential(network.conv1, network.bn1, torch.nn.ReLU())
    if name == "resnet18":
        stages = [torch.nn.MaxPool2d(3, 2, 1), network.layer1, network.layer2, network.layer3, network.layer4]
        return torch.nn.Sequential(stem, *stages), lambda x: network.fc(x.mean((2, 3)))
    stages = [network.layer1, network.layer2, network.layer3]
    return torch.nn.Sequential(stem, *stages), lambda x: network.linear(x.mean((2, 3)))


@pytest.mark.parametrize(
    ("name", "parameters", "side", "channels"),
    [
        ("cifar-cnn", {"width": 4, "dense": 8, "size": 32}, 32, 3), ("cifar-resnet20", {"width": 4}, 32, 3),
        ("resnet18", {"width": 4}, 96, 3), ("lenet5", {}, 32, 1),
    ],
)  # fmt: skip
def test_heat_is_what_plain_autograd_gives(name: str, parameters: dict[str, Any], side: int, channels: int) -> None:
    torch.manual_seed(7)
    network = make_network(name, 5, **parameters).eval()
    pictures = torch.rand(3, channels, side, side)
    hot = 0
    for class_id in (None, 0, 3):
        explained = GradCam(network, name, "cpu").run(pictures, class_id)
        with torch.inference_mode():
            assert torch.allclose(torch.from_numpy(explained.outputs["logits"]), network(pictures), atol=1e-5)
        body, head = parts_of(network, name)
        for number in range(3):
            heat, chosen = gradcam_by_hand(body(pictures[number : number + 1]), head, class_id)
            assert explained.class_ids[number] == chosen
            hot += bool(heat.max() > 0)
            assert np.allclose(explained.heat[number], heat.numpy(), atol=1e-4)
    assert hot >= 2


def test_where_nothing_speaks_for_a_class_nothing_is_hot() -> None:
    explained = GradCam(spot_network(), "spots", "cpu").run(np.zeros((1, 3, SIDE, SIDE), np.float32), 2)
    assert np.array_equal(explained.heat, np.zeros((1, 8, 8)))


FITS = [
    InputSpec(SIDE, SIDE, "stretch", scale=1 / 255), InputSpec(SIDE, SIDE, "letterbox", fill=0, scale=1 / 255),
    InputSpec(SIDE, SIDE, "letterbox", "top-left", fill=0, scale=1 / 255), InputSpec(SIDE, SIDE, "crop", scale=1 / 255),
]  # fmt: skip


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
def test_the_heat_is_where_the_thing_is(orientation: Orientation) -> None:
    """In coded pixels, whatever turns the picture upright, stretches it, and makes it the network's input."""
    for spec, aspect in product(FITS, (Fraction(1), Fraction(4, 3))):
        if spec.fit == "crop" and aspect != 1:
            continue  # the patch is cut in two
        classifier = Classifier(spot_model(spec))
        picture = patches(orientation=orientation, sample_aspect=aspect)
        for wanted, box in ((TOP, RED), (0, RED), (1, GREEN)):
            if spec.fit == "crop" and box is GREEN:
                continue  # cut off
            (found,) = classifier.infer([picture], heat=wanted)
            assert found.heat is not None
            assert found.heat.class_id == max(wanted, 0)
            cell = (found.heat.xyxy[2] - found.heat.xyxy[0]) / 8, (found.heat.xyxy[3] - found.heat.xyxy[1]) / 8
            apart = np.abs(np.subtract(hottest(found.heat), middle(box)))
            assert (apart <= np.multiply(cell, 0.75)).all(), (spec.fit, aspect, wanted, hottest(found.heat))


def test_the_heat_of_a_region_covers_the_region() -> None:
    classifier = Classifier(spot_model())
    region = (0.0, 64.0, 64.0, 128.0)
    (found,) = classifier.infer([patches(orientation=Orientation(True, 1))], region=region, heat=TOP)
    assert found.heat is not None
    assert found.heat.xyxy == pytest.approx(region)
    assert found.heat.seen == region
    assert hottest(found.heat) == pytest.approx(middle(GREEN), abs=4)


def test_lenets_map_lies_where_its_places_look() -> None:
    """What a place depends on, by the gradient with weights that let everything through, lies around its middle."""
    network: Any = make_network("lenet5", 10).eval()
    for parameter in network.parameters():
        parameter.data.abs_()
    first, last = network.map_reach
    for row, column in product(range(5), range(5)):
        x, y = ((first + (place + 0.5) / 5 * (last - first)) * 32 for place in (column, row))
        pictures = torch.rand(64, 1, 32, 32, requires_grad=True)
        network.convnet[:6](pictures)[:, :, row, column].sum().backward()
        seen = (pictures.grad != 0).any(0)[0]
        rows, columns = seen.any(1).nonzero(), seen.any(0).nonzero()
        assert float(rows.min() + rows.max() + 1) / 2 == y
        assert float(columns.min() + columns.max() + 1) / 2 == x


# Files.


def test_the_published_resnet_names_twenty_of_twenty(tmp_path: Path) -> None:
    """The whole way, by the catalogue's card."""
    paths = sorted(need_data("foolbox_samples").glob("cifar10_*.png"))
    classifier = open_model(need_model("cifar10_resnet/resnet20-12fca82f.th"), device="cpu", trust=TRUST, threads=1)
    assert isinstance(classifier, Classifier)
    assert classifier.labels[:3] == ("airplane", "automobile", "bird")
    found = classifier.infer([of_file(path) for path in paths], heat=TOP)
    assert [each.top for each in found] == [int(path.stem.rsplit("_")[-1]) for path in paths]
    assert all(each.heat is not None and each.heat.values.shape == (8, 8) for each in found)
    classifier.close()


def test_the_shared_lenet_reads_digits_with_no_card() -> None:
    with np.load(need_data("mnist.npz")) as digits:
        pictures, labels = digits["test_x"][:200], digits["test_y"][:200]
    classifier = open_model(
        need_model("lenet_mnist/lenet_epoch12_test_acc_0.991.pth"), device="cpu", trust=TRUST, threads=1
    )
    assert isinstance(classifier, Classifier)
    assert classifier.labels == tuple(f"class {digit}" for digit in range(10))
    frames = [av.VideoFrame.from_ndarray(np.ascontiguousarray(each), format="gray") for each in pictures]
    found = classifier.infer([Picture(each, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I") for each in frames])
    assert np.mean([each.top == label for each, label in zip(found, labels, strict=True)]) >= 0.98
    classifier.close()


def test_an_onnx_classifier_of_gray_pictures_says_why_it_has_no_heat_map() -> None:
    need_library("onnxruntime")
    with np.load(need_data("mnist.npz")) as digits:
        pictures, labels = digits["test_x"][:100], digits["test_y"][:100]
    classifier = open_model(need_model("lenet_mnist/mnist_cntk.onnx"), device="cpu", trust=TRUST, threads=1)
    assert isinstance(classifier, Classifier)
    assert classifier.labels == tuple("0123456789")
    assert classifier.no_heat == (
        "No heat map: an ONNX file has no gradients. The weights of a built-in network have one."
    )
    frames = [av.VideoFrame.from_ndarray(np.ascontiguousarray(each), format="gray") for each in pictures]
    found = classifier.infer([Picture(each, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I") for each in frames], heat=TOP)
    assert np.mean([each.top == label for each, label in zip(found, labels, strict=True)]) >= 0.97
    assert all(each.heat is None for each in found)
    classifier.close()
