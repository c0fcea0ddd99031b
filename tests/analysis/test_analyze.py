"""`overplay analyze`: every picture once, in order, with its own boxes, number and timestamp."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from player.analysis.boxes import ious
from player.analysis.formats import coco, csv, jsonl
from player.analysis.formats.results import PictureResult, Results
from player.cli.main import main
from player.cli.progress import Progress
from player.errors import ModelError
from player.file_identity import identity_of
from player.media.still import PngMaker
from player.records import Orientation
from tests.helpers.clips import Clips
from tests.helpers.command import overplay
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.media import need_media
from tests.helpers.model_files import torchscript
from tests.helpers.number_network import number_in, numbers_in, write_number_network
from tests.helpers.numbered import draw_frame
from tests.helpers.shared_models import need_data, need_model

need_library("cv2")  # which pictures are prepared with

if TYPE_CHECKING:
    from player.analysis.detections import Detections
    from player.records import Picture


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_number_network(tmp_path_factory.mktemp("model")))


def analyzed(*arguments: str, model: str, out: Path, code: int = 0) -> Results:
    """What the command wrote to `out`, by its name's suffix."""
    assert main(["analyze", *arguments, "--model", model, "-o", str(out)]) == code
    return {".json": coco.read, ".csv": csv.read, ".jsonl": jsonl.read}[out.suffix](out)


def indices(pictures: Sequence[PictureResult]) -> list[int]:
    return [picture.index for picture in pictures]


@pytest.mark.parametrize(
    "name",
    ["cfr", "vfr", "bframes", "open_gop", "edit_list", "nonzero_start", "ten_bit", "sample_aspect", "interlaced",
     "missing_pts", "no_pts", "jump_back", "resize"],
)  # fmt: skip
def test_every_picture_has_its_own_boxes(name: str, clips: Clips, model: str, tmp_path: Path) -> None:
    clip = clips(name)
    results = analyzed(str(clip), model=model, out=tmp_path / "out.jsonl")
    assert results.complete
    assert numbers_in(results.pictures) == list(clip.numbers)
    assert indices(results.pictures) == list(range(len(clip.numbers)))
    if clip.pts is not None:
        assert [picture.pts for picture in results.pictures] == list(clip.pts)
        assert {picture.time_base for picture in results.pictures if picture.pts is not None} <= {clip.time_base}


@pytest.mark.parametrize(("name", "mirrored", "turns_cw"), [("rotated", False, 3), ("mirrored", True, 1)])
def test_boxes_are_in_the_upright_picture(
    name: str, mirrored: bool, turns_cw: int, clips: Clips, model: str, tmp_path: Path
) -> None:
    clip = clips(name)
    results = analyzed(str(clip), model=model, out=tmp_path / "out.jsonl")
    assert {(picture.width, picture.height) for picture in results.pictures} == {(120, 160)}
    orientation = Orientation(mirrored, turns_cw)
    assert [number_in(picture, orientation) for picture in results.pictures] == list(clip.numbers)


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_pictures_together_are_as_pictures_alone(batch: int, clips: Clips, tmp_path: Path) -> None:
    clip = clips("bframes")
    many = str(write_number_network(tmp_path, batch=None))
    results = analyzed(str(clip), "--batch", str(batch), model=many, out=tmp_path / "out.csv")
    assert numbers_in(results.pictures) == list(clip.numbers)


def test_some_pictures(clips: Clips, model: str, tmp_path: Path) -> None:
    results = analyzed(str(clips("cfr")), "--range", "10:31", "--every", "7", model=model, out=tmp_path / "out.json")
    assert indices(results.pictures) == [10, 17, 24]
    assert numbers_in(results.pictures) == [10, 17, 24]
    numbers = [each["id"] for each in json.loads((tmp_path / "out.dataset.json").read_text())["images"]]
    assert numbers == [10, 17, 24]


def test_sure_boxes_of_some_classes(clips: Clips, model: str, tmp_path: Path) -> None:
    results = analyzed(str(clips("cfr")), "--conf", "0.5:0.99", model=model, out=tmp_path / "out.json")
    assert results.run is not None
    assert (results.run.low, results.run.high, results.run.model) == (0.5, 0.99, "numbers")
    assert results.run.files == {"cfr.mp4": identity_of(clips("cfr").path)}
    code = 3 << 4 | (3 ^ 0b1010)
    assert len(results.pictures[3].found) == code.bit_count()
    assert all((picture.found.confidence >= 0.5).all() for picture in results.pictures)


def images(folder: Path, names: Sequence[str]) -> Path:
    folder.mkdir()
    maker = PngMaker(untagged_601=False)
    for number, name in enumerate(names):
        frame = draw_frame(number + 5, 160, 120)
        (folder / name).write_bytes(maker.encode(frame, Fraction(1)))
    return folder


def test_a_folder_of_images_as_cocos(model: str, tmp_path: Path) -> None:
    folder = images(tmp_path / "images", ["000000000139.png", "000000000009.png", "000000000632.png"])
    (folder / "notes.txt").write_text("no picture")
    results = analyzed(str(folder), model=model, out=tmp_path / "out.json")
    assert [picture.file for picture in results.pictures] == [
        "000000000009.png",
        "000000000139.png",
        "000000000632.png",
    ]
    assert numbers_in(results.pictures) == [6, 5, 7]
    assert all(picture.is_image and picture.index == 0 for picture in results.pictures)
    assert {each["image_id"] for each in json.loads((tmp_path / "out.json").read_text())} == {9, 139, 632}


def test_images_and_videos_together_are_counted(clips: Clips, model: str, tmp_path: Path) -> None:
    one, other = images(tmp_path / "a", ["x.png"]), images(tmp_path / "b", ["x.png", "7.png"])
    results = analyzed(str(one), str(clips("vfr")), str(other), model=model, out=tmp_path / "out.json")
    names = [picture.file for picture in results.pictures]
    assert [name.rpartition("/")[2] for name in names] == ["x.png", *["vfr.mp4"] * 10, "7.png", "x.png"]
    assert len(set(names)) == 4  # two files called the same are told apart
    assert numbers_in(results.pictures) == [5, *range(10), 6, 5]
    numbers = [each["id"] for each in json.loads((tmp_path / "out.dataset.json").read_text())["images"]]
    assert numbers == list(range(13))


def test_a_numbered_sequence_is_a_video(model: str, tmp_path: Path) -> None:
    folder = images(tmp_path / "shots", [f"shot_{number:02d}.png" for number in range(4)])
    for given in ([f"{folder}/shot_%02d.png"], [f"{folder}/shot_02.png", "--sequence"]):
        results = analyzed(*given, "--force", model=model, out=tmp_path / "out.jsonl")
        assert numbers_in(results.pictures) == [5, 6, 7, 8]
        assert indices(results.pictures) == [0, 1, 2, 3]


# What goes wrong


def test_a_file_that_is_none_does_not_stop_the_rest(
    clips: Clips, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing.mp4")
    results = analyzed(missing, str(clips("vfr")), model=model, out=tmp_path / "out.jsonl", code=2)
    assert numbers_in(results.pictures) == list(range(10))
    assert not results.complete
    errors = capsys.readouterr().err
    assert f"overplay: Cannot open {missing}: there is no such file.\n" in errors
    assert errors.endswith("out.jsonl holds 10 pictures with 160 boxes.\n")


def test_nothing_to_read_writes_nothing(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing, out = str(tmp_path / "missing.mp4"), tmp_path / "out.json"
    assert main(["analyze", missing, "--model", model, "-o", str(out)]) == 2
    assert capsys.readouterr().err == f"overplay: Cannot open {missing}: there is no such file.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.json", "out.dataset.json"])
def test_what_is_there_is_refused_before_the_work(
    name: str, clips: Clips, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("mine")
    arguments = ["analyze", str(clips("vfr")), "--model", model, "-o", str(tmp_path / "out.json")]
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"overplay: {tmp_path / name} exists; --force overwrites it.\n"
    assert (tmp_path / name).read_text() == "mine"
    assert main([*arguments, "--force"]) == 0
    assert len(coco.read(tmp_path / "out.json").pictures) == 10


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (["--classes", "cel"], "The model knows no cel (did you mean cell?)."),
        (["--range", "500:"], "There is no picture 500 in {clip}; the last one is 9."),
        (["--device", "cuda:99"], "cuda"),
        (["--model", "zebra"], "There is no model zebra; `overplay models list` shows those there are."),
        (["-o", "/nowhere/out.json"], "There is no folder /nowhere to write to."),
        (["-o", "/"], "/ is a folder; -o names a file."),
        (["-o", "/dev/null"], "/dev/null is no file to write beside; only jsonl goes there."),
        (["--conf", "2"], "argument --conf: '2' is not a number from 0 to 1 (see overplay analyze --help)"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    extra: list[str], sentence: str, clips: Clips, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = str(clips("vfr"))
    assert main(["analyze", clip, "--model", model, "-o", str(tmp_path / "out.json"), *extra]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("overplay: ")
    assert sentence.format(clip=clip) in line
    assert list(tmp_path.iterdir()) == []


def test_a_program_is_not_run_unasked(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path / "home"))
    program = tmp_path / "net.pt"
    program.write_bytes(torchscript(need_torch().nn.ReLU()))
    arguments = ["analyze", str(clips("vfr")), "--model", str(program), "-o", str(tmp_path / "out.json")]
    assert main(arguments) == 2
    assert "--trust-model opens it" in capsys.readouterr().err
    assert main([*arguments, "--trust-model"]) == 2  # it is opened now, and nothing says what it is
    assert "Nothing says input.size of net.pt" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_a_file_that_breaks_off_gives_what_there_is(clips: Clips, model: str, tmp_path: Path) -> None:
    clip = clips("truncated_mkv")
    results = analyzed(str(clip), model=model, out=tmp_path / "out.jsonl")
    assert indices(results.pictures) == list(range(len(results.pictures)))
    assert numbers_in(results.pictures[:15]) == list(clip.numbers)[:15]


def test_damage_is_told(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = need_media("corrupted.mp4")
    results = analyzed(str(path), "--conf", "1", model=model, out=tmp_path / "out.jsonl")
    assert indices(results.pictures) == list(range(49))
    assert f"overplay: 1 packet of {path} could not be decoded; a picture may be" in capsys.readouterr().err


def test_ctrl_c_keeps_what_was_done(
    clips: Clips, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0

    def advance(self: Progress, count: int = 1) -> None:
        nonlocal done
        done += count
        if done == 20:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "advance", advance)
    results = analyzed(str(clips("cfr")), model=model, out=tmp_path / "out.json", code=130)
    assert numbers_in(results.pictures) == list(range(20))
    assert not results.complete
    said = capsys.readouterr().err
    assert (
        said == f"overplay: Interrupted; {tmp_path}/out.json holds 20 pictures with 320 boxes, the first of them all.\n"
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_before_the_first_picture_leaves_nothing(
    clips: Clips, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from player.analysis.detector import Detector

    def begin(_self: Detector, pictures: Sequence[Picture]) -> Callable[[], list[Detections]]:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)  # the second one does not wait
        raise AssertionError

    monkeypatch.setattr(Detector, "begin", begin)
    assert main(["analyze", str(clips("cfr")), "--model", model, "-o", str(tmp_path / "out.json")]) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_fails_keeps_what_was_done(
    clips: Clips, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from player.analysis.detector import Detector

    begin = Detector.begin

    def fail(self: Detector, pictures: Sequence[Picture]) -> Callable[[], list[Detections]]:
        if pictures[0].index == 7:
            raise ModelError("The device is out of memory.")
        return begin(self, pictures)

    monkeypatch.setattr(Detector, "begin", fail)
    results = analyzed(str(clips("cfr")), model=model, out=tmp_path / "out.csv", code=2)
    assert numbers_in(results.pictures) == list(range(7))
    assert not results.complete
    assert "overplay: The device is out of memory.\noverplay: It ended there; " in capsys.readouterr().err


# A process of its own


def test_the_command_runs_alone(clips: Clips, model: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run = overplay("analyze", str(clips("vfr")), "--model", model, "-o", str(out), "--every", "3")
    assert (run.returncode, run.stdout) == (0, "")
    progress, held = run.stderr.splitlines()
    assert progress.startswith("4 of 4 pictures, ")
    assert held == f"overplay: {out} holds 4 pictures with 64 boxes."
    assert numbers_in(csv.read(out).pictures) == [0, 3, 6, 9]


# Real models


@pytest.mark.parametrize("name", ["coco_fastestdet/FastestDet.onnx", "coco_yolox_nano/yolox_nano.onnx"])
def test_a_real_model_finds_what_it_should(name: str, tmp_path: Path) -> None:
    """By the card of the catalogue, which knows the file by its sha256 wherever it lies."""
    path = need_model(name)
    expected = json.loads((path.parent / "expected_detections.json").read_text())["images"][
        "data/sample_images/dog.jpg"
    ]
    results = analyzed(str(need_data("sample_images/dog.jpg")), model=str(path), out=tmp_path / "out.json")
    found = results.pictures[0].found
    assert results.run is not None
    assert [results.run.labels[each] for each in found.class_id] == expected["class_name"]
    # Its JPEG was decoded by another library, whose pixels differ a little.
    assert np.diag(ious(found.xyxy, np.array(expected["xyxy"]))).min() > 0.97
    np.testing.assert_allclose(found.confidence, expected["score"], atol=0.02)
