"""The state behind the looks, its words, its menu and its badge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from player.media.color import Matrix, Primaries, Range, Transfer
from player.media.look import PLAIN, ColorOverride, Look, changed_look, look_to_json
from player.records import Picture
from tests.helpers.patches import patch_picture
from tests.ui.video_frames import Case, make_picture
from ui.commands.look import COMMANDS
from ui.look.badge import Badge
from ui.look.colour_menu import add_choices
from ui.look.looks import Looks
from ui.stage import Stage


class FakeView:
    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.references: list[Picture | None] = []

    def set_look(self, look: Look) -> None:
        self.looks.append(look)

    def set_reference(self, picture: Picture | None, of: Picture | None = None) -> None:
        self.references.append(picture)


class Kit:
    def __init__(self) -> None:
        self.steps: list[int] = []
        self.looks = Looks(self.steps.append)
        self.view = FakeView()
        self.looks.view = self.view  # type: ignore[assignment]  # all of a view that a look needs
        self.said: list[str] = []
        self.looks.message.connect(self.said.append)


@pytest.fixture
def kit(qapp: QApplication) -> Kit:
    return Kit()


@pytest.fixture
def qapp() -> QApplication:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    return app


def interlaced(*, top_first: bool) -> Picture:
    return replace(make_picture(Case("", "yuv420p")), interlaced=True, top_field_first=top_first)


def test_a_change_reaches_the_view_once(kit: Kit) -> None:
    kit.looks.show_channel("cb")
    kit.looks.show_channel("cb")
    assert kit.view.looks == [Look(channel="cb")]
    kit.looks.toggle_false_color()
    assert kit.looks.look == Look(false_color=True)  # one hides the other
    kit.looks.show_channel("r")
    assert kit.looks.look == Look(channel="r")


def test_reset_leaves_the_comparison_to_who_compares(kit: Kit) -> None:
    kit.looks.set_look(Look(channel="y", zebra=True, against="split", split=0.2, tone_map=False))
    kit.looks.reset()
    assert kit.looks.look == Look(against="split", split=0.2)


def test_a_reference_is_handed_on(kit: Kit) -> None:
    picture = make_picture(Case("", "yuv420p"))
    kit.looks.set_reference(picture)
    kit.looks.set_reference(picture)
    assert kit.view.references == [picture]


@pytest.mark.parametrize("top_first", [True, False])
def test_fields_are_stepped_in_their_order(kit: Kit, top_first: bool) -> None:
    first, second = ("top", "bottom") if top_first else ("bottom", "top")
    kit.looks.before_picture(interlaced(top_first=top_first))
    kit.looks.step_field(1)
    assert (kit.looks.look.field, kit.steps) == (first, [])
    kit.looks.step_field(1)
    assert (kit.looks.look.field, kit.steps) == (second, [])
    kit.looks.step_field(1)
    assert (kit.looks.look.field, kit.steps) == (second, [1])  # this picture stays as it is until the next is there
    kit.looks.before_picture(interlaced(top_first=top_first))
    assert kit.looks.look.field == first
    kit.looks.step_field(-1)
    kit.looks.before_picture(interlaced(top_first=top_first))
    assert (kit.looks.look.field, kit.steps) == (second, [1, -1])
    kit.looks.step_field(-1)
    assert (kit.looks.look.field, kit.steps) == (first, [1, -1])


def test_hdr_is_said_once_a_file(kit: Kit) -> None:
    hlg = patch_picture(9, False, 10, "420", trc=18)
    kit.looks.before_picture(hlg)
    kit.looks.before_picture(replace(hlg, pts=1))
    assert kit.said == ["HLG, tone-mapped to SDR"]
    kit.looks.before_picture(make_picture(Case("", "yuv420p")))
    kit.looks.before_picture(patch_picture(9, False, 10, "420", trc=16))
    assert kit.said[1:] == ["PQ, tone-mapped to SDR"]
    assert kit.looks.words() == []  # said once: a plain look has no badge


def test_another_kind_of_picture_is_news_the_same_kind_is_none(kit: Kit) -> None:
    news: list[int] = []
    kit.looks.changed.connect(lambda: news.append(1))
    for name, told in (("yuv420p", 1), ("yuv420p", 1), ("rgb24", 2), (None, 3), ("rgb24", 4)):
        kit.looks.before_picture(None if name is None else make_picture(Case("", name)))
        assert len(news) == told


@pytest.mark.parametrize(
    ("look", "name", "words"),
    [
        (PLAIN, "yuv420p", []),
        (Look(channel="y"), "yuv420p", ["Y′ (luma), code values"]),
        (Look(channel="cb"), "rgb24", ["Cb, made of R′G′B′ by BT.709"]),
        (Look(channel="g"), "yuv420p", ["G′ (green), made of Y′CbCr by BT.709, limited range"]),
        (Look(channel="g"), "rgb24", ["G′ (green)"]),
        (Look(channel="alpha"), "yuv420p", ["Alpha: none, all opaque"]),
        (Look(channel="alpha"), "yuva420p", ["Alpha"]),
        (Look(channel="cr"), "gray", ["Cr: none in a grey picture"]),
        (Look(false_color=True, zebra=True), "yuv420p", ["False colours of the luma", "Zebra at the nominal limits"]),
        (Look(field="top"), "yuv420p", ["Top field of a progressive picture"]),
        (Look(override=ColorOverride(range=Range.FULL)), "yuv420p", ["Range taken as full"]),
        (Look(override=ColorOverride(Matrix.BT601)), "rgb24", ["Matrix BT.601 says nothing of R′G′B′"]),
        (
            Look(override=ColorOverride(transfer=Transfer.PQ)), "yuv420p",
            ["Transfer taken as PQ", "PQ, tone-mapped to SDR"],
        ),
        (
            Look(override=ColorOverride(primaries=Primaries.BT2020)), "yuv420p",
            ["Primaries taken as BT.2020", "BT.2020 primaries, converted to BT.709"],
        ),
        (Look(against="difference", gain=4), "yuv420p", []),
    ],
)  # fmt: skip
def test_what_is_said_of_a_look(kit: Kit, look: Look, name: str, words: list[str]) -> None:
    kit.looks.before_picture(make_picture(Case("", name)))
    kit.looks.set_look(look)
    assert kit.looks.words() == words


def test_a_comparison_is_said_with_its_gain(kit: Kit) -> None:
    kit.looks.before_picture(make_picture(Case("", "yuv420p")))
    kit.looks.set_reference(make_picture(Case("", "yuv420p")))
    kit.looks.set_look(Look(against="difference", gain=4))
    assert kit.looks.words() == ["Difference × 4"]


def test_the_colour_menu_says_what_is_tagged_and_overrides(kit: Kit) -> None:
    menu = QMenu()
    add_choices(menu, kit.looks)
    kit.looks.before_picture(make_picture(Case("", "yuv420p", colorspace=9)))
    matrix = next(each.menu() for each in menu.actions() if each.text() == "&Matrix")
    assert isinstance(matrix, QMenu)
    matrix.aboutToShow.emit()
    entries = {each.text(): each for each in matrix.actions()}
    assert entries["As tagged (BT.2020)"].isChecked()
    entries["BT.601"].trigger()
    assert kit.looks.look.override == ColorOverride(Matrix.BT601)
    matrix.aboutToShow.emit()
    assert [each.text() for each in matrix.actions() if each.isChecked()] == ["BT.601"]
    primaries = next(each.menu() for each in menu.actions() if each.text() == "&Primaries")
    assert isinstance(primaries, QMenu)
    primaries.aboutToShow.emit()
    assert primaries.actions()[0].text() == "As guessed (BT.2020)"
    next(each for each in menu.actions() if each.text() == "All as &tagged").trigger()
    assert kit.looks.look == PLAIN


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    from tests.ui.fake_player import FakePlayer
    from ui.actions import make_actions
    from ui.controller import Controller

    owner = QWidget()
    stage = Stage(QWidget(), make_actions(Controller(FakePlayer()), owner))
    stage.resize(640, 400)
    stage.show_page("picture")
    stage.show()
    yield stage
    stage.shutdown()
    stage.hide()
    stage.deleteLater()
    owner.deleteLater()
    qapp.processEvents()


def test_the_badge_is_there_while_the_look_is_not_plain(kit: Kit, stage: Stage) -> None:
    kit.looks.before_picture(make_picture(Case("", "yuv420p")))
    badge = Badge(kit.looks, stage)
    assert badge.label.isHidden()
    kit.looks.toggle_false_color()
    assert (badge.label.isHidden(), badge.legend.isHidden()) == (False, False)
    assert badge.label.text() == "False colours of the luma"
    assert not badge.label.geometry().intersects(badge.legend.geometry())
    for widget in (badge.label, badge.legend):
        assert stage.view.geometry().contains(widget.geometry())
    kit.looks.show_channel("y")
    assert (badge.label.isHidden(), badge.legend.isHidden()) == (False, True)
    stage.show_page("welcome")
    assert badge.label.isHidden()
    stage.show_page("picture")
    assert not badge.label.isHidden()
    kit.looks.reset()
    assert badge.label.isHidden()


def test_the_badge_stays_above_what_comes_over_the_picture_later(kit: Kit, stage: Stage, qapp: QApplication) -> None:
    kit.looks.before_picture(make_picture(Case("", "yuv420p")))
    kit.looks.toggle_false_color()
    badge = Badge(kit.looks, stage)
    overlay = QWidget(stage)
    overlay.stackUnder(stage.bar)
    qapp.processEvents()
    order = stage.children()
    assert order.index(overlay) < min(order.index(badge.label), order.index(badge.legend)) < order.index(stage.bar)


def test_in_a_narrow_window_the_legend_stands_above_the_words(kit: Kit, stage: Stage) -> None:
    kit.looks.before_picture(make_picture(Case("", "yuv420p")))
    kit.looks.set_look(Look(false_color=True, zebra=True))
    badge = Badge(kit.looks, stage)
    stage.resize(300, 300)
    assert not badge.label.geometry().intersects(badge.legend.geometry())


def test_a_look_goes_to_json_and_back() -> None:
    look = Look(channel="cr", split=0.25, against="split", override=ColorOverride(Matrix.BT601, transfer=Transfer.HLG))
    written = look_to_json(look)
    assert written["override"] == {"matrix": "bt.601", "range": None, "primaries": None, "transfer": "hlg"}
    assert changed_look(PLAIN, written) == look
    assert changed_look(look, {"override": {"matrix": None}}).override == ColorOverride(transfer=Transfer.HLG)
    assert changed_look(look, {}) == look


@pytest.mark.parametrize(
    "changes",
    [
        [], None, {"chanel": "y"}, {"channel": "x"}, {"channel": 3}, {"channel": None}, {"zebra": 1}, {"gain": 0},
        {"gain": True}, {"gain": 1e9}, {"split": 1.5}, {"split": float("nan")}, {"override": {"matrix": "bt.1"}},
        {"override": {"mtx": "bt.601"}}, {"override": "bt.601"}, {"override": {"matrix": 5}}, {"field": "left"},
        {"override": {"matrix": []}}, {"channel": []},
    ],
)  # fmt: skip
def test_what_is_no_look_is_refused_with_a_sentence(changes: object) -> None:
    with pytest.raises(ValueError, match=r"^[A-Za-z].*\.$"):
        changed_look(PLAIN, changes)


def test_every_channel_has_a_key() -> None:
    keys = [command.keys[0] for command in COMMANDS if command.name.startswith("channel-")]
    assert keys == [f"Ctrl+{number}" for number in range(1, 9)]
