"""What the catalogue promises is what the models' own papers say, and a name leads to one file or to one sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from player.analysis.card import InputSpec, ModelCard
from player.analysis.catalogue import Entry, card_for, catalogue, entry_of, find_entry
from player.analysis.model_names import installed_models, place_of, resolve_model
from player.errors import ModelError
from tests.helpers.shared_models import need_model

# Where the file of each entry lies in the shared folder, whose README is the source of what the entry says.
SHARED_FILES = {
    "fastestdet": "coco_fastestdet/FastestDet.onnx",
    "fastestdet-torch": "coco_fastestdet/fastestdet_ap05_0.253207_280ep.pth",
    "yolox-nano": "coco_yolox_nano/yolox_nano.onnx",
    "yunet": "face_yunet/yunet_n_dynamic.onnx",
    "yunet-640": "face_yunet/yunet_n_640_640.onnx",
    "rfb-320": "face_ultralight/version-RFB-320.onnx",
    "rfb-640": "face_ultralight/version-RFB-640.onnx",
    "cifar10-resnet20": "cifar10_resnet/resnet20-12fca82f.th",
    "cifar10-resnet56": "cifar10_resnet/resnet56-4bfd9763.th",
    "mnist-cntk": "lenet_mnist/mnist_cntk.onnx",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models' folder of this test, there and empty."""
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path))
    made = tmp_path / "data" / "models"
    made.mkdir(parents=True)
    return made


def test_every_entry_is_one_fixed_file() -> None:
    assert [each.name for each in catalogue()] == list(SHARED_FILES)
    for each in catalogue():
        assert each.address.startswith(f"https://raw.githubusercontent.com/{each.repository}/{each.commit}/")
        assert len(bytes.fromhex(each.commit)) == 20
        assert len(bytes.fromhex(each.sha256)) == 32
        assert entry_of(each.sha256) is each
    assert len({each.sha256 for each in catalogue()}) == len(catalogue())


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)
def test_an_entry_says_what_the_shared_papers_say(entry: Entry) -> None:
    path = need_model(SHARED_FILES[entry.name])
    content = path.read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (entry.size, entry.sha256)
    paper = need_model(f"{path.parent.name}/README.md").read_text()
    assert f" {entry.repository} @ {entry.commit}" in paper
    assert f"| {path.name} | {entry.size} | {entry.sha256} |" in paper
    folder, _, name = entry.path.rpartition("/")
    is_listed = name == path.name and (f"{folder}/," in paper or f"({folder}/)" in paper)
    assert entry.path in paper or is_listed or f"{folder}, " in paper
    assert entry.licence in paper


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)
def test_every_entry_has_a_card(entry: Entry) -> None:
    card = card_for(entry.sha256)
    assert card is not None
    assert (card.name, card.task, card.licence, card.source) == (entry.name, entry.task, entry.licence, entry.address)
    assert len(card.labels) == {"detect": 80, "faces": 1, "classify": 10}[card.task]
    assert card.guessed == ()
    assert card_for("0" * 64) is None


def test_a_card_says_what_the_shared_papers_say() -> None:
    names = need_model("coco_fastestdet/coco.names").read_text().split("\n")
    for name in ("fastestdet", "fastestdet-torch", "yolox-nano"):
        assert list(card_of(name).labels) == names[:80]
    assert card_of("fastestdet").input == InputSpec(352, 352, "stretch", order="bgr", scale=1 / 255)
    assert card_of("yolox-nano").input == InputSpec(416, 416, "letterbox", "top-left", fill=114, order="bgr")
    assert card_of("yunet").input == InputSpec(fit="letterbox", place="top-left", order="bgr", multiple=32)
    assert card_of("rfb-320").input == InputSpec(320, 240, mean=(127, 127, 127), std=(128, 128, 128))


def card_of(name: str) -> ModelCard:
    entry = find_entry(name)
    assert entry is not None
    card = card_for(entry.sha256)
    assert card is not None
    return card


def test_a_path_is_a_path(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "some name.onnx"
    path.write_bytes(b"x")
    assert resolve_model(str(path)) == path


def test_a_name_is_an_installed_file_without_its_suffix(folder: Path) -> None:
    own, fetched = folder / "mine.safetensors", folder / "yolox-nano.onnx"
    for path in (own, fetched, folder / "mine.toml"):
        path.write_bytes(b"x")
    assert resolve_model("mine") == resolve_model("mine.safetensors") == own
    entry = find_entry("yolox-nano")
    assert entry is not None
    assert resolve_model("yolox-nano") == fetched == place_of(entry)
    assert [(each.name, each.entry) for each in installed_models()] == [("mine", None), ("yolox-nano", entry)]


def test_two_files_of_one_name_are_told_apart_by_their_suffixes(folder: Path) -> None:
    for name in ("mine.onnx", "mine.pt2"):
        (folder / name).write_bytes(b"x")
    with pytest.raises(ModelError, match=r"say mine\.onnx or mine\.pt2"):
        resolve_model("mine")
    assert resolve_model("mine.pt2") == folder / "mine.pt2"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("yolox-nano", "The model yolox-nano is not installed; `overplay models get yolox-nano` fetches it."),
        (
            "yolox-nono",
            "There is no model yolox-nono (did you mean yolox-nano?); `overplay models list` shows those there are.",
        ),
        ("zebra", "There is no model zebra; `overplay models list` shows those there are."),
        ("there/is/none", "There is no file there/is/none."),
        ("none.onnx", "There is no file none.onnx."),
        ("a\x1b[2J", "There is no model a[2J; `overplay models list` shows those there are."),
    ],
)
def test_what_is_not_there_is_one_sentence(folder: Path, text: str, sentence: str) -> None:
    with pytest.raises(ModelError) as caught:
        resolve_model(text)
    assert str(caught.value) == sentence


def test_no_folder_is_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path / "none"))
    assert installed_models() == ()
