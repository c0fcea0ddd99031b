"""ONNX files are looked into before an engine opens them: foreign operators, weights elsewhere, damage."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.analysis.onnx_file import TensorInfo, read_onnx, refuse_custom_operators
from player.analysis.self_contained import self_contained
from player.errors import ModelError
from tests.helpers.libraries import need_library
from tests.helpers.model_files import ULTRALYTICS, onnx_model, scaling_onnx
from tests.helpers.shared_models import need_model

onnx = need_library("onnx")
helper = onnx.helper


def refusal(model: Any) -> str:
    with pytest.raises(ModelError) as caught:
        refuse_custom_operators(read_onnx(model.SerializeToString(), "net.onnx"), "net.onnx")
    return str(caught.value)


def test_inputs_outputs_and_metadata_are_read() -> None:
    model = scaling_onnx(metadata=ULTRALYTICS, found=["batch", 3, 8, 8], shape=["batch", 3, None, 8])
    file = read_onnx(model.SerializeToString(), "net.onnx")
    assert file.inputs == [TensorInfo("pictures", onnx.TensorProto.FLOAT, (None, 3, None, 8))]
    assert file.outputs == [TensorInfo("found", onnx.TensorProto.FLOAT, (None, 3, 8, 8))]
    assert file.metadata == ULTRALYTICS
    assert file.operators == {("", "Mul")}


def test_weights_that_are_listed_as_inputs_are_none() -> None:
    file = read_onnx(scaling_onnx(listed=True).SerializeToString(), "net.onnx")
    assert [each.name for each in file.inputs] == ["pictures"]
    assert file.weight_inputs == {"weight"}


def test_a_custom_operator_is_refused_by_its_name() -> None:
    node = helper.make_node("Decode", ["pictures"], ["found"], domain="my.company")
    assert refusal(onnx_model([node], domains=["my.company"])) == (
        "Cannot open net.onnx: it uses custom operators (my.company.Decode), which are refused."
    )


def test_a_custom_operator_within_a_branch_is_refused() -> None:
    node = helper.make_node("Hidden", [], ["out"], domain="evil")
    out = helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, None)
    branch = helper.make_graph([node], "branch", [], [out])
    choice = helper.make_node("If", ["condition"], ["found"], then_branch=branch, else_branch=branch)
    assert "(evil.Hidden)" in refusal(onnx_model([choice], {"condition": np.array(True)}, domains=["evil"]))


def function(domain: str) -> Any:
    """local.Twice, made of an operator of `domain`."""
    node = helper.make_node("Add", ["x", "x"], ["y"], domain=domain)
    return helper.make_function("local", "Twice", ["x"], ["y"], [node], [helper.make_opsetid(domain, 17)])


def test_functions_that_the_file_defines_are_its_own() -> None:
    node = helper.make_node("Twice", ["pictures"], ["found"], domain="local")
    model = onnx_model([node], domains=["local"], functions=[function("")])
    refuse_custom_operators(read_onnx(model.SerializeToString(), "net.onnx"), "net.onnx")


def test_a_custom_operator_within_a_function_is_refused() -> None:
    node = helper.make_node("Twice", ["pictures"], ["found"], domain="local")
    model = onnx_model([node], domains=["local", "evil"], functions=[function("evil")])
    assert "(evil.Add)" in refusal(model)


def test_the_shared_model_with_custom_operators_is_refused_by_name() -> None:
    path = need_model("superres_espcn_onnx/pytorch_superresolution_with_pre_post_processing_op18.onnx")
    with pytest.raises(ModelError, match=r"com\.microsoft\.extensions\.DecodeImage"):
        refuse_custom_operators(read_onnx(path.read_bytes(), path.name), path.name)


def test_damage_is_an_error_and_never_a_crash() -> None:
    whole = scaling_onnx(metadata=ULTRALYTICS).SerializeToString()
    random = np.random.default_rng(5)
    refused = []
    for _ in range(400):
        damaged = bytearray(whole)
        for at in random.integers(0, len(whole), 3):
            damaged[at] = random.integers(0, 256)
        try:
            read_onnx(bytes(damaged[: random.integers(1, len(whole))]), "net.onnx")
        except ModelError as error:
            refused.append(str(error))
    assert len(refused) > 200
    assert all(each.startswith("Cannot open net.onnx: it is a damaged ONNX file") for each in refused)


def with_weights_in(location: str, path: Path, length: int = 12) -> bytes:
    """The scaling model, its weight said to lie in another file; written to `path`."""
    model = scaling_onnx(listed=True)
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "8"), ("length", str(length))):
        weight.external_data.add(key=key, value=value)
    data: bytes = model.SerializeToString()
    path.write_bytes(data)
    return data


WEIGHTS = bytes(8) + np.array([2, 3, 4], np.float32).tobytes()


@pytest.mark.parametrize("location", ["weights.bin", "inner/weights.bin", "./inner/../weights.bin"])
def test_weights_in_the_models_folder_are_put_in(tmp_path: Path, location: str) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / location).write_bytes(WEIGHTS)
    path = tmp_path / "net.onnx"
    data = with_weights_in(location, path)
    whole = onnx.load_model_from_string(self_contained(data, read_onnx(data, path.name), path))
    assert onnx.numpy_helper.to_array(whole.graph.initializer[0]).ravel().tolist() == [2, 3, 4]
    assert [each.name for each in whole.graph.input] == ["pictures"]
    onnx.checker.check_model(whole)


@pytest.mark.parametrize(
    "location", ["../weights.bin", "inner/../../weights.bin", "/etc/hostname", "link.bin", "", "a\0b"]
)
def test_weights_outside_the_models_folder_are_refused(tmp_path: Path, location: str) -> None:
    folder = tmp_path / "model"
    (folder / "inner").mkdir(parents=True)
    (tmp_path / "weights.bin").write_bytes(WEIGHTS)
    os.symlink(tmp_path / "weights.bin", folder / "link.bin")
    path = folder / "net.onnx"
    data = with_weights_in(location, path)
    with pytest.raises(ModelError, match=r"^Cannot open net.onnx: its weights lie outside its own folder"):
        self_contained(data, read_onnx(data, path.name), path)


def test_a_file_too_short_for_its_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(WEIGHTS)
    data = with_weights_in("weights.bin", tmp_path / "net.onnx", length=13)
    with pytest.raises(ModelError, match=r"weights.bin is too short"):
        self_contained(data, read_onnx(data, "net.onnx"), tmp_path / "net.onnx")


def test_weights_elsewhere_within_a_node_are_refused(tmp_path: Path) -> None:
    tensor = onnx.numpy_helper.from_array(np.zeros(3, np.float32))
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    constant = helper.make_node("Constant", [], ["found"], value=tensor)
    data = onnx_model([constant]).SerializeToString()
    with pytest.raises(ModelError, match="a weight within one of its nodes lies in another file"):
        self_contained(data, read_onnx(data, "net.onnx"), tmp_path / "net.onnx")


def test_a_file_that_needs_nothing_is_left_as_it_is() -> None:
    data = scaling_onnx().SerializeToString()
    assert self_contained(data, read_onnx(data, "net.onnx"), Path("net.onnx")) is data
