"""The classifiers that the product brings along: the published weights, names and shapes are theirs."""

from __future__ import annotations

import hashlib
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.analysis.export import export_model
from player.analysis.loading import load_model
from player.analysis.model_file import read_model
from player.analysis.nets import recognise
from player.analysis.trust import Trust
from player.errors import ModelError
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.shared_models import need_data, need_model

torch = need_torch()

from player.analysis.backends.torch_files import build_network, fuse_batch_norms, read_weights  # noqa: E402
from player.analysis.nets.making import make_network, network_names  # noqa: E402

SMALL: dict[str, tuple[dict[str, Any], int]] = {
    "cifar-cnn": ({"width": 4, "dense": 8, "size": 16}, 16),
    "cifar-resnet20": ({"width": 4}, 16),
    "cifar-resnet32": ({"width": 4, "normed": True}, 16),
    "cifar-resnet56": ({"width": 4}, 16),
    "lenet5": ({}, 32),
    "resnet18": ({"width": 4}, 64),
    "resnet34": ({"width": 4}, 64),
    "resnet50": ({"width": 4, "v1": True}, 64),
}
"""Parameters that make every network small, and the side of the pictures it takes then."""


def small(name: str, classes: int = 3) -> Any:
    torch.manual_seed(1)
    return make_network(name, classes, **SMALL[name][0])


def shapes_of(network: Any) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def opened(path: Path) -> Any:
    file, data = read_model(path)
    return build_network(read_weights(file, data), path.name)[1]


def pictures_named(prefix: str) -> tuple[Any, list[int]]:
    """Foolbox's pictures, from 0 to 1, and their classes."""
    cv2 = need_library("cv2")
    paths = sorted(need_data("foolbox_samples").glob(f"{prefix}_*.png"))
    pictures = np.stack([cv2.imread(str(path))[:, :, ::-1] for path in paths]).transpose(0, 3, 1, 2)
    return torch.from_numpy(pictures.astype(np.float32) / 255), [int(path.stem.rsplit("_")[-1]) for path in paths]


def resnet_by_the_paper(depth: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a ResNet's weights, from table 1 of the paper (He and others), torchvision's names."""
    table = {
        18: [[(3, 64), (3, 64)]] * 2 + [[(3, 128), (3, 128)]] * 2 + [[(3, 256), (3, 256)]] * 2 + [[(3, 512)] * 2] * 2,
        34: [[(3, 64)] * 2] * 3 + [[(3, 128)] * 2] * 4 + [[(3, 256)] * 2] * 6 + [[(3, 512)] * 2] * 3,
        50: [[(1, 64), (3, 64), (1, 256)]] * 3
        + [[(1, 128), (3, 128), (1, 512)]] * 4
        + [[(1, 256), (3, 256), (1, 1024)]] * 6
        + [[(1, 512), (3, 512), (1, 2048)]] * 3,
    }
    found: dict[str, tuple[int, ...]] = {}

    def convolution(name: str, norm: str, wanted: int, given: int, side: int) -> None:
        found[f"{name}.weight"] = (wanted, given, side, side)
        found.update({f"{norm}.{each}": (wanted,) for each in ("weight", "bias", "running_mean", "running_var")})
        found[f"{norm}.num_batches_tracked"] = ()

    convolution("conv1", "bn1", 64, 3, 7)
    given, stage, unit, inner = 64, 0, 0, 0
    for block in table[depth]:
        if block[0][1] != inner:
            inner, stage, unit = block[0][1], stage + 1, 0
        name, first = f"layer{stage}.{unit}", given
        for number, (side, wanted) in enumerate(block, 1):
            convolution(f"{name}.conv{number}", f"{name}.bn{number}", wanted, given, side)
            given = wanted
        if given != first:
            convolution(f"{name}.downsample.0", f"{name}.downsample.1", given, first, 1)
        unit += 1
    found |= {"fc.weight": (1000, given), "fc.bias": (1000,)}
    return found


@pytest.mark.parametrize(("depth", "count"), [(18, 11_689_512), (34, 21_797_672), (50, 25_557_032)])
def test_a_resnet_has_the_names_and_shapes_of_the_published_weights(depth: int, count: int) -> None:
    network = make_network(f"resnet{depth}", 1000)
    assert shapes_of(network) == resnet_by_the_paper(depth)
    assert sum(each.numel() for each in network.parameters()) == count


def test_a_bottleneck_halves_the_picture_where_torchvision_does_and_v1_where_the_paper_does() -> None:
    networks = {v1: make_network("resnet50", 10, width=4, v1=v1) for v1 in (False, True)}
    for v1, number in product((False, True), (1, 2, 3, 4)):
        strides = {
            name: module.stride[0]
            for name, module in getattr(networks[v1], f"layer{number}").named_modules()
            if isinstance(module, torch.nn.Conv2d) and module.stride[0] > 1
        }
        halving = "0.conv1" if v1 else "0.conv2"
        assert strides == ({} if number == 1 else {halving: 2, "0.downsample.0": 2})


def test_a_resnet50_gives_what_torchvisions_gives() -> None:
    """On a machine that has torchvision: the same random weights, the same answers."""
    torchvision = need_library("torchvision")
    torch.manual_seed(2)
    theirs = torchvision.models.resnet50().eval()
    ours = make_network("resnet50", 1000).eval()
    ours.load_state_dict(theirs.state_dict())
    given = torch.rand(2, 3, 96, 96)
    with torch.no_grad():
        assert torch.allclose(ours(given), theirs(given), atol=1e-4)


@pytest.mark.parametrize("file", ["resnet20-12fca82f.th", "resnet56-4bfd9763.th"])
def test_the_published_cifar_resnets_know_every_lossless_sample(file: str) -> None:
    network = opened(need_model(f"cifar10_resnet/{file}"))
    pictures, classes = pictures_named("cifar10")
    mean, std = (torch.tensor(each)[:, None, None] for each in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    with torch.no_grad():
        assert network((pictures - mean) / std).argmax(1).tolist() == classes


def test_the_published_lenet_reads_its_99_percent() -> None:
    network = opened(need_model("lenet_mnist/lenet_epoch12_test_acc_0.991.pth"))
    with np.load(need_data("mnist.npz")) as data:
        pictures, classes = data["test_x"], data["test_y"]
    given = torch.from_numpy(pictures)[:, None].float() / 255
    with torch.no_grad():
        found = network(given).argmax(1).numpy()
        assert np.array_equal(network(given[:100].expand(-1, 3, -1, -1)).argmax(1), found[:100])  # as pictures come
    # 99.08 % of all 10,000; these are half of them.
    assert 0.989 <= (found == classes).mean() <= 0.993


@pytest.mark.parametrize("name", network_names())
def test_every_network_is_told_by_its_weights_and_can_be_trained(name: str) -> None:
    network = small(name)
    shapes = shapes_of(network)
    known = recognise(shapes)
    assert known is not None
    net, settings = known
    assert shapes_of(net.make(**settings)) == shapes
    side = SMALL[name][1]
    logits = network(torch.rand(4, 3, side, side))
    assert logits.shape == (4, 3)
    logits.square().mean().backward()
    assert all(each.grad is not None and each.grad.isfinite().all() for each in network.parameters())


@pytest.mark.parametrize("name", network_names())
def test_what_a_network_gives_is_no_softmax_and_fusing_changes_nothing(name: str) -> None:
    network, side = small(name), SMALL[name][1]
    given = torch.rand(8, 3, side, side)
    with torch.no_grad():
        for _ in range(3):  # statistics that are not those of a start
            network.train()(given * 2 - 1)
        logits = network.eval()(given)
        assert (logits.sum(1) - 1).abs().min() > 1e-3
        fuse_batch_norms(network)
        assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in network.modules())
        assert torch.allclose(network(given), logits, atol=1e-4)


@pytest.mark.parametrize("name", network_names())
def test_grey_pictures_are_coloured_ones_without_colour(name: str) -> None:
    network, side = small(name).eval(), SMALL[name][1]
    grey = torch.rand(2, 1, side, side)
    with torch.no_grad():
        assert torch.allclose(network(grey), network(grey.expand(-1, 3, -1, -1)), atol=1e-5)


@pytest.mark.parametrize("name", network_names())
def test_the_stages_hold_every_parameter_once_and_the_head_can_be_replaced(name: str) -> None:
    network = small(name)
    held = [
        id(each) for stage in network.stages for module in network.stage_modules(stage) for each in module.parameters()
    ]
    assert sorted(held) == sorted(map(id, network.parameters()))
    network.replace_head(7)
    side = SMALL[name][1]
    assert network(torch.rand(2, 3, side, side)).shape == (2, 7)
    assert type(network) is type(small(name))
    assert recognise(shapes_of(network)) is not None


@pytest.mark.parametrize("name", network_names())
def test_the_last_map_is_one_of_features_in_place(name: str) -> None:
    network, side = small(name).eval(), SMALL[name][1]
    seen: list[Any] = []
    hook = network.get_submodule(network.last_map).register_forward_hook(lambda *given: seen.append(given[2]))
    with torch.no_grad():
        network(torch.rand(2, 3, side, side))
    hook.remove()
    assert seen[0].ndim == 4
    assert 1 < seen[0].shape[2] < side


@pytest.mark.parametrize("name", network_names())
@pytest.mark.parametrize("change", ["no width", "too wide", "no classes"])
def test_weights_of_impossible_shapes_make_no_network(name: str, change: str) -> None:
    """Nor one that is larger than they are: it would take all of the memory before anything is refused."""
    shapes = shapes_of(small(name))
    stem, head = (next(key for key in order if len(shapes[key]) > 1) for order in (list(shapes), list(shapes)[::-1]))
    if change == "no classes":
        shapes[head] = (0, shapes[head][1])
    else:
        shapes[stem] = (0 if change == "no width" else 1_000_000, *shapes[stem][1:])
    assert recognise(shapes) is None


def test_v1_is_told_by_the_mark_in_its_weights() -> None:
    known = recognise(shapes_of(small("resnet50")))
    assert known is not None
    assert known[1]["v1"] is True


def test_a_normed_head_is_a_scaled_cosine() -> None:
    network = small("cifar-resnet32").eval()
    features = torch.rand(5, 16)
    with torch.no_grad():
        logits = network.linear(features)
        cosines = torch.cosine_similarity(features[:, None], network.linear.weight[None], dim=2)
        assert torch.allclose(logits, 30 * cosines, atol=1e-4)
        assert torch.allclose(network.linear(7 * features), logits, atol=1e-4)


@pytest.mark.parametrize("name", [name for name in network_names() if "normed" not in SMALL[name][0]])
def test_a_new_network_is_sure_of_nothing(name: str) -> None:
    """A wrong start would show as a loss far above the logarithm of the number of classes."""
    network, side = small(name, 10).train(), SMALL[name][1]
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(network(torch.randn(32, 3, side, side)), torch.arange(32) % 10)
    assert loss < 2.5 * math.log(10)


def test_what_cannot_be_made_is_one_sentence() -> None:
    with pytest.raises(ModelError, match=r"^There is no network called resnet51: it has to be one of cifar-cnn, "):
        make_network("resnet51", 10)
    with pytest.raises(ModelError, match=r"^A classifier needs two classes at least, not 1: "):
        make_network("lenet5", 1)
    with pytest.raises(ModelError, match=r"^The network resnet18 has no parameter v1; those it has: width\.$"):
        make_network("resnet18", 10, v1=True)
    with pytest.raises(ModelError, match=r"^The network cifar-cnn has True for width, which is to be a whole "):
        make_network("cifar-cnn", 10, width=True)
    with pytest.raises(ModelError, match=r"^The network resnet50 has 1 for v1, which is to be true or false\.$"):
        make_network("resnet50", 10, v1=1)


def test_published_weights_need_no_card(tmp_path: Path) -> None:
    """ImageNet's preprocessing: the shorter side made 256, of that the middle 224, and its mean and deviation."""
    torch.save(small("resnet18", 1000).state_dict(), tmp_path / "resnet18.pth")
    model = load_model(tmp_path / "resnet18.pth", device="cpu", trust=Trust(None), threads=1)
    given = model.card.input
    assert (model.card.task, given.width, given.height, given.fit, given.crop) == ("classify", 224, 224, "crop", 0.875)
    assert (given.order, given.mean, given.std) == ("rgb", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    assert model.backend.run(np.zeros((1, 3, 224, 224), np.float32))["logits"].shape == (1, 1000)
    model.backend.close()


def test_a_file_that_does_not_begin_as_its_name_says_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "plain.pth"
    torch.save(small("cifar-resnet20").state_dict(), weights)
    data = weights.read_bytes()
    right = hashlib.sha256(data).hexdigest()[:8]
    honest, wrong = tmp_path / f"resnet20-{right}.th", tmp_path / "resnet20-0123abcd.th"
    for path in (honest, wrong):
        path.write_bytes(data)
    opened(honest)
    with pytest.raises(ModelError, match=rf"^Cannot open {wrong.name}: it is damaged or another file.* {right}\.$"):
        opened(wrong)


def test_weights_from_before_batches_were_counted_open(tmp_path: Path) -> None:
    network, path = small("cifar-resnet20").eval(), tmp_path / "old.pth"
    old = {name: tensor for name, tensor in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    assert len(old) < len(network.state_dict())
    torch.save(old, path)
    given = torch.rand(2, 3, 16, 16)
    with torch.no_grad():
        assert torch.equal(opened(path)(given), network(given))


@pytest.mark.parametrize(
    ("name", "suffix"), [("lenet5", ".onnx"), ("cifar-resnet32", ".pt2"), ("resnet50", ".safetensors")]
)
def test_an_exported_classifier_gives_the_same_logits(tmp_path: Path, name: str, suffix: str) -> None:
    if suffix == ".onnx":
        need_library("onnxscript")
    network, side = small(name).eval(), SMALL[name][1]
    source, target, trust = tmp_path / "mine.pth", tmp_path / f"out{suffix}", Trust(tmp_path / "trusted.txt")
    torch.save(network.state_dict(), source)
    source.with_suffix(".toml").write_text(f'labels = ["a", "b", "c"]\n[input]\nsize = [{side}, {side}]\n', "utf-8")
    export_model(source, target, trust=trust)
    exported = load_model(target, device="cpu", trust=trust, threads=1)
    assert (exported.card.task, exported.card.decoder, exported.card.labels) == (
        "classify",
        "classify",
        ("a", "b", "c"),
    )
    given = torch.rand(3, 3, side, side)
    (found,) = exported.backend.run(given.numpy()).values()
    exported.backend.close()
    with torch.no_grad():
        assert np.abs(found - network(given).numpy()).max() < 1e-5
