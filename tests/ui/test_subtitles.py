"""Cues over the picture: in their place, readable, and gone when they are to be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from player.records import UPRIGHT, Cue, CueBitmap
from tests.ui.fake_player import FakePlayer
from tests.ui.video_frames import Case, make_picture
from ui.subtitles.captions import Captions
from ui.subtitles.painter import SubtitlePainter
from ui.video.geometry import FIT, Placement, place

AREA = (640, 480)
GROUND = QColor("#808080")
PICTURE = make_picture(Case("", "yuv420p", size=(160, 90)))
RED = bytes([255, 0, 0, 255])


def a_cue(text: str, tags: str = "") -> Cue:
    return Cue(0.0, 1.0, text, "0,0,Default,,0,0,0,," + tags + text.replace("\n", r"\N"))


def painted(*cues: Cue, area: tuple[int, int] = AREA, ratio: float = 1.0) -> QImage:
    painter = SubtitlePainter()
    painter.set_cues(cues)
    image = QImage(*area, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    image.setDevicePixelRatio(ratio)
    on_image = QPainter(image)
    on_image.scale(1 / ratio, 1 / ratio)
    painter.paint(on_image, placement(area))
    on_image.end()
    return image


def placement(area: tuple[int, int]) -> Placement:
    """A picture of 16:9 in an area of another shape."""
    return place((160, 90), (160, 90), UPRIGHT, area, FIT)


def extent(image: QImage) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all that is not the ground."""
    marks = [
        (x, y) for y in range(image.height()) for x in range(image.width()) if image.pixelColor(x, y) != GROUND
    ]  # fmt: skip
    assert marks, "nothing was drawn"
    across, down = [x for x, _ in marks], [y for _, y in marks]
    return min(across), min(down), max(across), max(down)


def shades(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for y in range(image.height()) for x in range(image.width())}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_words_are_white_with_a_dark_edge_below_in_the_middle_of_the_picture(ratio: float) -> None:
    image = painted(a_cue("Hello there"), ratio=ratio)
    left, top, right, bottom = extent(image)
    picture = placement(AREA).rect
    assert abs((left + right) / 2 - AREA[0] / 2) < 4
    assert top > picture.y + picture.height * 0.8
    assert bottom < picture.y + picture.height
    found = shades(image)
    assert "#ffffff" in found
    assert min(QColor(each).lightness() for each in found) < 30


@pytest.mark.usefixtures("qapp")
def test_where_the_file_wants_them() -> None:
    picture = placement(AREA).rect
    left, top, _, bottom = extent(painted(a_cue("Hello", r"{\an7}")))
    assert left < AREA[0] * 0.1
    assert picture.y <= top
    assert bottom < picture.y + picture.height * 0.2
    left, top, right, _ = extent(painted(a_cue("Hello", r"{\an6}")))
    assert right > AREA[0] * 0.9
    assert left > AREA[0] * 0.5
    assert abs(top - AREA[1] / 2) < 30


@pytest.mark.usefixtures("qapp")
def test_long_words_stay_in_the_picture() -> None:
    left, top, right, bottom = extent(painted(a_cue("w" * 300)))
    picture = placement(AREA).rect
    assert left >= picture.x
    assert right < picture.x + picture.width
    assert top >= picture.y
    assert bottom < picture.y + picture.height


@pytest.mark.usefixtures("qapp")
def test_two_cues_stand_one_on_the_other() -> None:
    _, one, _, _ = extent(painted(a_cue("first")))
    _, both, _, bottom = extent(painted(a_cue("first"), a_cue("second")))
    assert both < one - 10
    assert bottom < AREA[1]


@pytest.mark.usefixtures("qapp")
def test_markup_is_words() -> None:
    plain = extent(painted(a_cue("x")))
    assert extent(painted(a_cue("<b>x</b>")))[0] < plain[0] - 20


@pytest.mark.usefixtures("qapp")
def test_a_bitmap_lies_where_its_screen_has_it() -> None:
    bitmap = CueBitmap(160, 80, 40, 10, (320, 100), RED * 400)
    image = painted(Cue(0, 1, "", has_bitmap=True, bitmaps=(bitmap,)))
    left, top, right, bottom = extent(image)
    picture = placement(AREA).rect
    scale = picture.width / 320
    low = picture.y + picture.height - 100 * scale
    wanted = (160 * scale, low + 80 * scale, 200 * scale, low + 90 * scale)
    assert all(abs(a - b) <= 2 for a, b in zip((left, top, right + 1, bottom + 1), wanted, strict=True))
    assert image.pixelColor(int(180 * scale), int(low + 85 * scale)) == QColor("red")


@pytest.mark.usefixtures("qapp")
def test_they_are_asked_for_with_each_picture_of_a_track_and_hidden_when_told() -> None:
    player = FakePlayer()
    captions = Captions(player)
    captions.on_snapshot(replace(player.state, sid=1, cues=()))
    player.state = replace(player.state, sid=1, cues=(a_cue("Hello"),))
    drawn: list[SubtitlePainter] = []

    class Sheet:
        refreshed = 0

        def add(self, painter: SubtitlePainter) -> None:
            drawn.append(painter)

        def refresh(self) -> None:
            self.refreshed += 1

    sheet = Sheet()
    captions.make_overlay = lambda: sheet  # type: ignore[assignment]  # all of it that is used

    def sees() -> bool:
        return drawn[0].active

    captions.note_picture(PICTURE)
    assert sees()
    assert sheet.refreshed == 1
    captions.note_picture(PICTURE)
    assert sheet.refreshed == 1, "the same cues cost no repaint"
    captions.toggle()
    assert not sees()
    captions.set_visible(True)
    assert sees()
    player.state = replace(player.state, cues=())
    captions.note_picture(PICTURE)
    assert not sees()
    assert len(drawn) == 1
