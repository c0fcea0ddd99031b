"""Pictures made for the text detector: the same each time, labelled where their letters are, unseen where promised."""

from __future__ import annotations

from multiprocessing import resource_tracker
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.libraries import need_library
from tests.helpers.some_fonts import JUDGED, LEARNED, carried_fonts, copy_font

need_library("PIL")

from PIL import Image  # noqa: E402

from player.analysis.decoders import make_decoder  # noqa: E402
from player.training.text.fonts import FontError, FontShelf, font_of, open_shelf  # noqa: E402
from player.training.text.making import Plan, made  # noqa: E402
from player.training.text.painting import floats  # noqa: E402
from player.training.text.pictures import TextPicture, make_picture  # noqa: E402
from player.training.text.score import Score, score  # noqa: E402
from player.training.text.sheet import Ink, Sheet, put, shape  # noqa: E402
from player.training.text.targets import make_targets  # noqa: E402
from player.training.text.words import number, write  # noqa: E402

SIZE = (256, 160)


@pytest.fixture(scope="module")
def shelf() -> FontShelf:
    return open_shelf([carried_fonts()], held_out=True)


def test_fonts_are_either_to_learn_from_or_to_judge_by(tmp_path: Path) -> None:
    for name in (LEARNED, JUDGED):
        copy_font(name, tmp_path / "fonts")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    copy_font(LEARNED, tmp_path).rename(tmp_path / "SomeSymbols.ttf")
    learned, judged = (open_shelf([tmp_path], held_out=held_out) for held_out in (False, True))
    assert [Path(each).name for each in learned.by_script["latin"]] == [LEARNED]
    assert [Path(each).name for each in judged.by_script["cyrillic"]] == [JUDGED]
    assert "han" not in judged.scripts, "it has no such letters, and would draw boxes"


def test_no_fonts_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=rf"^There are no fonts for training in {tmp_path}\.$"):
        open_shelf([tmp_path], held_out=False)


def same(one: TextPicture, other: TextPicture) -> bool:
    return np.array_equal(one.pixels, other.pixels) and np.array_equal(one.lines, other.lines)


def test_a_number_makes_the_same_picture_each_time_and_others_another(shelf: FontShelf) -> None:
    first, again, other, seeded = (
        make_picture(shelf, SIZE, seed, at, held_out=True) for seed, at in ((1, 5), (1, 5), (1, 6), (2, 5))
    )
    assert same(first, again)
    assert not same(first, other)
    assert not same(first, seeded)


@pytest.fixture(scope="module")
def tracker() -> None:
    """Python's own helper of spawned processes, which lives as long as the first of them or longer."""
    resource_tracker.ensure_running()


@pytest.mark.usefixtures("tracker")
def test_processes_make_what_is_made_without_them_in_order(shelf: FontShelf) -> None:
    plan = Plan(shelf, (96, 64), 3, held_out=True)
    with made(plan, range(4), 0) as alone, made(plan, range(4), 1) as elsewhere:
        assert all(same(one, other) for one, other in zip(alone, elsewhere, strict=True))


def test_a_line_is_where_its_ink_is(shelf: FontShelf) -> None:
    ink = Ink((255, 255, 255))
    letters = shape("Page", font_of(shelf.by_script["latin"][0], 40), ink)
    assert letters is not None
    sheet = Sheet(letters.mask.width + 20, 80)
    sheet.write(10, 50, letters, ink)
    left, top, right, bottom = sheet.rects[0]
    assert Image.fromarray(np.asarray(sheet.image)[..., 3]).getbbox() == (left, top, right, bottom)
    picture = np.zeros((120, 240, 3), np.float32)
    corners = floats([[5, 7], [5 + sheet.width, 7], [5 + sheet.width, 87], [5, 87]])
    [quad] = put(picture, sheet, corners)
    lit = np.argwhere(picture.max(axis=-1) > 64)
    assert quad[0] == pytest.approx(lit.min(axis=0)[::-1], abs=1)
    assert quad[2] == pytest.approx(lit.max(axis=0)[::-1] + 1, abs=1)


@pytest.mark.parametrize("script", ["latin", "cyrillic", "han", "arabic", "devanagari", "thai"])
def test_lines_of_every_script_have_letters(script: str) -> None:
    rng = np.random.default_rng(0)
    lines = [write(rng, script, 20, has_figures=False) for _ in range(20)]
    assert all(line.strip() for line in lines)
    assert not any(letter.isascii() and letter.isdigit() for line in lines for letter in line)
    assert any(letter.isdigit() for letter in number(rng))


def test_targets_say_where_the_lines_are(shelf: FontShelf) -> None:
    """What a faultless network would give is decoded to the very lines."""
    decoder, total = make_decoder("text-map", {}, 1), Score()
    for at in range(24):
        picture = make_picture(shelf, SIZE, 4, at, held_out=True)
        targets = make_targets(picture)
        assert targets.heart.shape == (SIZE[1] // 2, SIZE[0] // 2)
        assert (targets.weight[targets.heart > 0] > 0).all()
        [found] = decoder.decode({"map": np.stack((targets.heart, targets.up, targets.down))[None]}, SIZE)
        total += score(found.xyxy, picture.xyxy[picture.is_readable], picture.xyxy[~picture.is_readable])
    assert total.lines > 30
    assert min(total.recall, total.precision) > 0.95


def boxes(*xyxy: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(xyxy, np.float32).reshape(-1, 4)


def test_a_line_counts_once_and_what_is_excused_not_at_all() -> None:
    line = (10, 10, 50, 20)
    found = boxes(line, (11, 10, 50, 20), (100, 100, 120, 110), (200, 0, 210, 10))
    told = score(found, boxes(line, (10, 60, 50, 70)), boxes((90, 90, 130, 130)))
    assert told == Score(lines=2, hits=1, wrong=2)
    assert told.recall == 0.5
    assert told.precision == pytest.approx(1 / 3)


def test_nothing_found_where_nothing_is_is_right() -> None:
    assert score(boxes(), boxes(), boxes()) + Score() == Score()
    assert (Score().recall, Score().precision, Score().f1) == (1, 1, 1)
    assert score(boxes((0, 0, 5, 5)), boxes(), boxes()) == Score(0, 0, 1)
