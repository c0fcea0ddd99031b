"""The choices of what a picture's values mean, in the menu View / Colour: filled whenever it opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QActionGroup

from player.media.look import AS_TAGGED
from ui.look.wording import MATRIX_NAMES, PRIMARIES_NAMES, RANGE_NAMES, TRANSFER_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QMenu

    from ui.look.looks import Looks

_SUBJECTS: tuple[tuple[str, str, Mapping[Any, str]], ...] = (
    ("&Matrix", "matrix", MATRIX_NAMES),
    ("&Range", "range", RANGE_NAMES),
    ("&Primaries", "primaries", PRIMARIES_NAMES),
    ("&Transfer", "transfer", TRANSFER_NAMES),
)


def add_choices(menu: QMenu, looks: Looks) -> None:
    """A submenu for each of matrix, range, primaries and transfer, and one entry that takes all overrides back."""
    menu.addSeparator()
    for text, name, names in _SUBJECTS:
        choices = menu.addMenu(text)
        choices.aboutToShow.connect(lambda choices=choices, name=name, names=names: _fill(choices, name, names, looks))
    menu.addSeparator()
    as_tagged = menu.addAction("All as &tagged")
    as_tagged.triggered.connect(lambda: looks.set_override(AS_TAGGED))
    as_tagged.setEnabled(looks.look.override != AS_TAGGED)
    looks.changed.connect(lambda: as_tagged.setEnabled(looks.look.override != AS_TAGGED))


def _fill(menu: QMenu, name: str, names: Mapping[Any, str], looks: Looks) -> None:
    menu.clear()
    group = QActionGroup(menu)
    said, color = getattr(looks.look.override, name), looks.color
    usual = ""
    if color is not None:
        origin = "tagged" if getattr(color, f"{name}_tagged") else "guessed"
        usual = f"As {origin} ({names[getattr(color, name)]})"
    for value, text in ((None, usual or "As tagged"), *names.items()):
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(value == said)
        action.triggered.connect(
            lambda _on=False, value=value: looks.set_override(replace(looks.look.override, **{name: value}))
        )
        group.addAction(action)
        if value is None:
            menu.addSeparator()
