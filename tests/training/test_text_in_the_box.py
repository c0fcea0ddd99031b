"""The detector in the box finds lines of text, offline and at once, in made pictures and in real ones."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.helpers.libraries import need_library, need_torch
from tests.helpers.media import need_media
from tests.helpers.some_fonts import carried_fonts

need_torch()
need_library("PIL")

from player.analysis.detector import Detector, open_detector  # noqa: E402
from player.analysis.model_file import inspect_model  # noqa: E402
from player.analysis.model_names import models_in_box, resolve_model  # noqa: E402
from player.analysis.trust import Trust  # noqa: E402
from player.home import DEFAULT_MODEL  # noqa: E402
from player.records import Picture  # noqa: E402
from player.training.text.score import Score  # noqa: E402
from tests.helpers.text_measure import score_made, score_stills  # noqa: E402


@pytest.fixture(scope="module")
def detector() -> Iterator[Detector]:
    opened = open_detector(resolve_model(DEFAULT_MODEL), device="cpu", trust=Trust(None), threads=1)
    yield opened
    opened.close()


def test_it_is_small_and_its_card_is_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path))
    [model] = [each for each in models_in_box() if each.name == DEFAULT_MODEL]
    assert resolve_model(DEFAULT_MODEL) == model.path
    assert model.path.stat().st_size < 3_000_000
    card = tomllib.loads(model.path.with_suffix(".toml").read_text())
    assert card["sha256"] == inspect_model(model.path).sha256
    assert card["labels"] == ["text"]


def test_a_file_of_ones_own_goes_before_the_one_in_the_box(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path))
    own = tmp_path / "data" / "models" / f"{DEFAULT_MODEL}.onnx"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"x")
    assert resolve_model(DEFAULT_MODEL) == own


def test_it_finds_lines_of_fonts_and_on_grounds_it_has_never_seen(detector: Detector) -> None:
    found = score_made(detector, [carried_fonts()], 30)
    assert found.lines > 100
    assert found.precision >= 0.8
    assert found.recall >= 0.7


def test_it_finds_lines_in_real_stills(detector: Detector) -> None:
    need_media()
    found = sum((each for _name, each in score_stills(detector, last=2000)), Score())
    assert found.lines >= 60
    assert found.precision >= 0.7
    assert found.recall >= 0.7


def test_nothing_is_found_where_nothing_is(detector: Detector) -> None:
    for level in (0, 128, 255):
        frame = av.VideoFrame.from_ndarray(np.full((360, 640, 3), level, np.uint8), format="rgb24")
        [found] = detector.infer([Picture(frame, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")])
        assert not (found.confidence >= detector.card.conf).any()
