"""Pictures saved with their boxes: drawn in the picture's own pixels, upright, and told in the side file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from player.records import Orientation
from tests.helpers.numbered import draw_frame
from tests.ui.detection_cases import make_view
from tests.ui.test_stills import a_picture, dialog_of, showing
from tests.ui.window_kit import wait_until
from ui.detections.colours import COLOURS
from ui.detections.drawn import Drawn, boxes_of

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

BOX = (30, 50, 110, 100)
GREY = 90


def blank(width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((height, width, 3), GREY, np.uint8)


def rgb(colour: QColor) -> list[int]:
    return [colour.red(), colour.green(), colour.blue()]


@pytest.mark.parametrize("width", [160, 163])  # lines of 4 bytes and of others
def test_boxes_are_drawn_in_the_pictures_own_pixels(qapp: QApplication, width: int) -> None:
    picture, pixels = replace(a_picture(), frame=draw_frame(5, 160, 120).reformat(width=width)), blank(width, 120)
    drawn = Drawn(picture, (make_view([BOX]),)).over(pixels)
    assert drawn.shape == pixels.shape
    assert (pixels == GREY).all()
    for x, y in ((30, 90), (29, 90), (109, 90), (100, 99), (100, 100)):
        assert drawn[y, x].tolist() == rgb(COLOURS[0])
    assert (drawn[60:95, 40:100] == GREY).all()
    assert (drawn[110:] == GREY).all()
    assert (drawn[:, 120:] == GREY).all()


def test_and_of_a_turned_picture(qapp: QApplication) -> None:
    picture = replace(a_picture(5), orientation=Orientation(turns_cw=1))
    drawn = Drawn(picture, (make_view([BOX]),)).over(blank(120, 160))
    # clockwise: x, y of the coded picture is 120 - y, x of the upright one
    for x, y in ((20, 100), (19, 100), (69, 100), (60, 109), (60, 110)):
        assert drawn[y, x].tolist() == rgb(COLOURS[0])


def test_only_boxes_of_the_very_picture_are_saved(qapp: QApplication, tmp_path: Path) -> None:
    with showing(qapp, tmp_path) as desk:
        detecting, picture = desk.controller.detecting, a_picture()
        detecting.before_picture(picture)
        found = []
        for state in ("exact", "stale", "pending"):
            detecting.views = (make_view([BOX], state=state),)
            found.append(detecting.drawing(picture))
        assert [each is not None for each in found] == [True, False, False]
        detecting.views = (make_view([BOX]), make_view([BOX], slot=1, state="stale"))
        both = boxes_of(detecting)
        assert both is not None
        assert [view.slot for view in both.views] == [0]
        assert detecting.drawing(a_picture(9)) is None
        detecting.views = (make_view([]),)
        assert detecting.drawing(picture) is None


def test_the_dialog_offers_them_where_there_are_some(qapp: QApplication, tmp_path: Path) -> None:
    picture = a_picture()
    with showing(qapp, tmp_path, picture) as desk:
        detecting = desk.controller.detecting
        desk.controller.stills.drawing = detecting.drawing
        dialog = dialog_of(desk)
        assert dialog.boxes.isHidden()
        dialog.reject()
        detecting.before_picture(picture)
        detecting.views = (make_view([BOX]),)
        dialog = dialog_of(desk)
        assert not dialog.boxes.isHidden()
        assert not dialog.boxes.isEnabled()
        dialog.displayed.setChecked(True)
        dialog.boxes.setChecked(True)
        dialog.side_file.setChecked(True)
        dialog.target.setText(str(tmp_path / "boxes.png"))
        dialog.accept()
        wait_until(lambda: desk.messages[-1:] == ["Saved boxes.png"], "it is saved")
        image = QImage(str(tmp_path / "boxes.png"))
        assert (image.width(), image.height()) == picture.coded_size
        assert image.pixelColor(100, 99) == COLOURS[0]
        said = json.loads((tmp_path / "boxes.json").read_text(encoding="utf-8"))["drawn"]
        assert said == {
            "models": [{"model": "Tester", "boxes": [{"class": "person", "confidence": 0.95, "xyxy": list(BOX)}]}]
        }
