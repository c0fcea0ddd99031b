"""The GPU view's life: one upload and one paint a picture, another graphics context, no picture."""

from __future__ import annotations

import json

import pytest

from tests.ui.video_screen import run_under, x_server


@pytest.fixture(scope="module")
def life() -> dict[str, object]:
    with x_server() as display:
        found: dict[str, object] = json.loads(run_under(display, ["tests.ui.video_life"]))
    return found


def test_a_picture_is_uploaded_and_painted_once(life: dict[str, object]) -> None:
    assert life["stages of one picture"] == ["upload", "paint"]


def test_a_lost_context_is_made_good(life: dict[str, object]) -> None:
    assert life["same pixels there"] is True
    assert life["painted"] == 1  # the same picture in another window is not a new one


def test_a_resize_uploads_nothing(life: dict[str, object]) -> None:
    assert life["uploads for a resize"] == 0


def test_no_picture_is_black(life: dict[str, object]) -> None:
    assert life["brightest without a picture"] == 0


def test_a_hidden_view_paints_when_it_is_seen_again(life: dict[str, object]) -> None:
    assert life["painted at last"] == 2
    assert life["failures"] == []
