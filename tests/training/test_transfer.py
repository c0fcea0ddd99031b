"""Beginning with what another training taught: weights, a new head, stages that stay as they are and thaw later."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from player.errors import RecipeError
from player.training.network_settings import NetworkSettings, Thaw, read_network
from player.training.table import Table
from tests.helpers.libraries import need_torch
from tests.helpers.shared_models import need_model

torch = need_torch()

from player.analysis.nets.making import make_network  # noqa: E402
from player.training.transfer import begin_epoch, build_network  # noqa: E402

SETTINGS = NetworkSettings("resnet18", {"width": 4})


def taught(path: Path, name: str = "resnet18", classes: int = 5, **parameters: int) -> Any:
    """A network whose weights lie at `path` now, with statistics that are not those of a start."""
    torch.manual_seed(8)
    network = make_network(name, classes, **parameters)
    with torch.no_grad():
        network.train()(torch.rand(4, 3, 32, 32))
    torch.save(network.state_dict(), path)
    return network.eval()


def body(network: Any) -> dict[str, Any]:
    return {name: tensor for name, tensor in network.state_dict().items() if not name.startswith("fc.")}


def test_the_weights_are_taken_over_and_the_head_is_new_where_there_are_other_classes(tmp_path: Path) -> None:
    teacher = taught(tmp_path / "teacher.pth", width=4)
    settings = replace(SETTINGS, weights="teacher.pth")
    same = build_network(settings, 5, tmp_path)
    assert all(torch.equal(tensor, same.state_dict()[name]) for name, tensor in teacher.state_dict().items())
    other: Any = build_network(settings, 3, tmp_path)
    assert other.fc.weight.shape == (3, 32)
    anew: Any = build_network(replace(settings, new_head=True), 5, tmp_path)
    assert not torch.equal(anew.fc.weight, teacher.fc.weight)
    for network in (other, anew):
        assert all(torch.equal(tensor, body(network)[name]) for name, tensor in body(teacher).items())


def test_with_no_weights_it_is_chance() -> None:
    drawn = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        drawn.append(build_network(SETTINGS, 4, Path()).get_parameter("layer4.1.conv2.weight"))
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def test_published_weights_of_v1_need_no_mark(tmp_path: Path) -> None:
    taught(tmp_path / "plain.pth", "resnet50", width=4)
    network = build_network(NetworkSettings("resnet50", {"width": 4, "v1": True}, "plain.pth"), 5, tmp_path)
    assert "v1" in network.state_dict()
    torch.save(network.state_dict(), tmp_path / "marked.pth")
    plain = build_network(NetworkSettings("resnet50", {"width": 4}, "marked.pth"), 5, tmp_path)
    assert "v1" not in plain.state_dict()


def test_frozen_stages_stay_as_they_are_to_the_bit_and_the_others_learn(tmp_path: Path) -> None:
    taught(tmp_path / "teacher.pth", width=4)
    settings = replace(SETTINGS, weights="teacher.pth", freeze=("body",))
    network = build_network(settings, 3, tmp_path)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    # Weight decay and momentum would move what has a gradient of nothing.
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
    for epoch in range(2):
        begin_epoch(network, settings, epoch)
        torch.nn.functional.cross_entropy(network(torch.rand(4, 3, 32, 32)), torch.arange(4) % 3).backward()
        optimiser.step()
        optimiser.zero_grad()
        network.eval()  # as a validation leaves it
    changed = {name for name, tensor in network.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed == {"fc.weight", "fc.bias"}


def learning(settings: NetworkSettings, epoch: int) -> set[str]:
    network = build_network(settings, 3, Path())
    begin_epoch(network, settings, epoch)
    assert network.training
    found = set()
    for stage in network.stages:
        states = {
            (parameter.requires_grad, module.training)
            for module in network.stage_modules(stage)
            for parameter in module.parameters()
        }
        assert states in ({(True, True)}, {(False, False)})
        found |= {stage} if (True, True) in states else set()
    return found


def test_stages_thaw_one_after_the_other() -> None:
    thaw = (Thaw(2, ("layer4",)), Thaw(5, ("layer3", "layer2")), Thaw(7, ("body",)))
    settings = replace(SETTINGS, freeze=("body",), thaw=thaw)
    assert learning(settings, 0) == learning(settings, 1) == {"head"}
    assert learning(settings, 2) == learning(settings, 4) == {"head", "layer4"}
    assert learning(settings, 5) == {"head", "layer4", "layer3", "layer2"}
    assert learning(settings, 7) == {"stem", "layer1", "layer2", "layer3", "layer4", "head"}
    assert learning(replace(SETTINGS, freeze=("stem", "layer1")), 0) == {"layer2", "layer3", "layer4", "head"}


@pytest.mark.parametrize("name", ["conv", "fc"])
def test_a_stage_that_is_none_is_named(name: str) -> None:
    for settings in (replace(SETTINGS, freeze=(name,)), replace(SETTINGS, thaw=(Thaw(1, (name,)),))):
        with pytest.raises(RecipeError, match=rf"no stage {name} to freeze or thaw; it has body, stem, layer1, "):
            build_network(settings, 3, Path())


def test_a_network_that_cannot_learn_at_all_is_refused() -> None:
    with pytest.raises(RecipeError, match="Every stage of resnet18 is frozen"):
        build_network(replace(SETTINGS, freeze=("body", "head")), 3, Path())


def test_weights_of_another_network_are_refused_by_a_name(tmp_path: Path) -> None:
    settings = replace(SETTINGS, weights="teacher.pth")
    wrong: list[tuple[Callable[[Path], Any], str]] = [
        (lambda path: taught(path, width=8), r"conv1\.weight is \[8, 3, 7, 7\] there, in resnet18 \[4, 3, 7, 7\]"),
        (lambda path: taught(path, "resnet34", width=4), r"its weights are not those of resnet18, by layer1\.2\."),
        (lambda path: taught(path, "lenet5"), "its weights are not those of resnet18, by "),
        (lambda path: path.write_bytes(b"nothing"), "teacher.pth"),
        (lambda path: path.unlink(), "teacher.pth"),
    ]
    for make, told in wrong:
        (tmp_path / "teacher.pth").touch()
        make(tmp_path / "teacher.pth")
        with pytest.raises(RecipeError, match=told):
            build_network(settings, 3, tmp_path)


def test_a_published_network_can_begin_a_new_one() -> None:
    path = need_model("cifar10_resnet/resnet20-12fca82f.th")
    network: Any = build_network(NetworkSettings("cifar-resnet20", {}, str(path)), 4, Path("elsewhere"))
    published = torch.load(path, weights_only=True, map_location="cpu")["state_dict"]
    assert torch.equal(network.layer3[2].conv2.weight, published["module.layer3.2.conv2.weight"])
    assert network.linear.weight.shape == (4, 64)


def read(text: str) -> NetworkSettings:
    table = Table(tomllib.loads(text), "try.toml")
    settings = read_network(table.table("network"))
    table.finish()
    return settings


def test_what_a_recipe_says_of_its_network() -> None:
    assert read('[network]\nname = "lenet5"') == NetworkSettings("lenet5", {})
    text = """
    [network]
    name = "resnet50"
    v1 = true
    weights = "resnet50-0676ba61.pth"
    new_head = true
    freeze = ["body"]
    [[network.thaw]]
    epoch = 3
    stages = ["layer4"]
    """
    thaw = (Thaw(3, ("layer4",)),)
    assert read(text) == NetworkSettings("resnet50", {"v1": True}, "resnet50-0676ba61.pth", True, ("body",), thaw)
    for wrong, told in (
        ("name = 'resnet51'", "network.name, which is to be one of cifar-cnn, "),
        ("name = 'resnet18'\nv1 = true", "network.v1, which is no key there"),
        ("name = 'resnet50'\nv1 = 1", "1 for network.v1, which is to be true or false"),
        ("name = 'cifar-cnn'\nwidth = 0", "0 for network.width, which is to be a whole number from 1"),
        ("name = 'lenet5'\n[[network.thaw]]\nepoch = 2", r"lacks network\.thaw\[0\]\.stages"),
    ):
        with pytest.raises(RecipeError, match=told):
            read(f"[network]\n{wrong}")
