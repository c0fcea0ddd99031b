"""How the window looks at pictures: one look for keys, menus and scripts, handed on to the view. Draws nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from player.media.color import Color, Transfer, picture_color
from player.media.look import AS_TAGGED, FIELDS, PLAIN, Channel, Look, changed_look
from ui.look.wording import CHANNEL_NAMES, FIELD_NAMES, describe, mapping_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from player.media.look import ColorOverride
    from player.records import Picture
    from ui.video.view import VideoView


class _Kind(NamedTuple):
    """What of a picture decides over what is said of a look."""

    light: int
    colours: tuple[int, ...]
    format_name: str
    interlaced: bool


class Looks(QObject):
    """GUI thread only."""

    message = Signal(str)
    changed = Signal()
    """The look, the reference, or what there is to say of them with the picture on screen."""

    def __init__(self, step: Callable[[int], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view: VideoView | None = None
        self.look = PLAIN
        self._reference: tuple[Picture | None, Picture | None] = (None, None)  # and the one it belongs to
        self.picture: Picture | None = None
        """The one on screen."""
        self._step = step
        self._field_to_come: str | None = None  # the step's new picture shows this one
        self._kind: _Kind | None = None  # of the picture on screen

    @property
    def is_plain(self) -> bool:
        return self.look == PLAIN

    @property
    def color(self) -> Color | None:
        """What the picture's values mean, without what a person says."""
        return None if self.picture is None else picture_color(self.picture)

    # -- changes

    def set_look(self, look: Look) -> None:
        if look == self.look:
            return
        self.look = look
        self._field_to_come = None
        if self.view is not None:
            self.view.set_look(look)
        self.changed.emit()

    def change(self, changes: object) -> None:
        """Some of its values, as `look_to_json` writes them. Raises ValueError with a sentence."""
        self.set_look(changed_look(self.look, changes))

    @property
    def reference(self) -> Picture | None:
        """What the picture on screen is held against."""
        picture, of = self._reference
        return picture if of is None or of is self.picture else None

    def set_reference(self, picture: Picture | None, of: Picture | None = None) -> None:
        """`of`: only this picture is held against it, others are alone."""
        former = self._reference
        if picture is former[0] and of is former[1]:
            return
        self._reference = (picture, of)
        if self.view is not None:
            self.view.set_reference(picture, of)
        if (picture is None) != (former[0] is None):
            self.changed.emit()

    def reset(self) -> None:
        """The picture as it is; what it is held against stays with whoever compares."""
        kept = {name: getattr(self.look, name) for name in ("against", "split", "gain", "flicker_on")}
        self.set_look(replace(PLAIN, **kept))
        self.message.emit("The picture as it is")

    def show_channel(self, channel: Channel) -> None:
        self.set_look(replace(self.look, channel=channel, false_color=False))
        self.message.emit(CHANNEL_NAMES[channel])

    def toggle_false_color(self) -> None:
        self.set_look(replace(self.look, false_color=not self.look.false_color, channel="all"))
        self.message.emit("False colours" if self.look.false_color else "Its own colours")

    def toggle_zebra(self) -> None:
        self.set_look(replace(self.look, zebra=not self.look.zebra))
        self.message.emit("Zebra" if self.look.zebra else "Zebra off")

    def toggle_tone_map(self) -> None:
        self.set_look(replace(self.look, tone_map=not self.look.tone_map))
        self.message.emit("HDR tone-mapped to SDR" if self.look.tone_map else "HDR as it is")

    def set_override(self, override: ColorOverride) -> None:
        self.set_look(replace(self.look, override=override))
        self.message.emit("Colours as tagged" if override == AS_TAGGED else "Colours overridden")

    # -- fields

    def next_field_view(self) -> None:
        """Both fields, the upper one, the lower one."""
        field = FIELDS[(FIELDS.index(self.look.field) + 1) % len(FIELDS)]
        self.set_look(replace(self.look, field=field))
        self.message.emit(FIELD_NAMES[field])

    def step_field(self, direction: int) -> None:
        """The next field in time (or the one before): the other one of this picture, or one of the next picture's."""
        picture = self.picture
        if picture is None:
            return
        first, second = ("top", "bottom") if picture.top_field_first is not False else ("bottom", "top")
        there, other = (first, second) if direction > 0 else (second, first)
        if self.look.field in ("both", there) and self._field_to_come is None:
            field = there if self.look.field == "both" else other
            self.set_look(changed_look(self.look, {"field": field}))
            self.message.emit(FIELD_NAMES[self.look.field])
        else:
            self._field_to_come = there
            self._step(direction)

    # -- what is on screen

    def before_picture(self, picture: Picture | None) -> None:
        """The view is about to be shown `picture`."""
        self.picture = picture
        field = self._field_to_come
        if picture is not None and field is not None:
            self._field_to_come = None
            self.set_look(changed_look(self.look, {"field": field}))
            self.message.emit(FIELD_NAMES[self.look.field])
        kind = None if picture is None else _kind(picture)
        if kind == self._kind:
            return
        former, self._kind = self._kind, kind
        if kind is not None and (former is None or former.light != kind.light):
            self._speak_of_light()
        self.changed.emit()

    def _speak_of_light(self) -> None:
        color = self.color
        if color is not None and color.transfer is not Transfer.SDR:
            self.message.emit(mapping_words(self.look, color))

    def words(self) -> list[str]:
        """What is in force beside the plain look, a line each; empty for a plain one."""
        color = self.color
        if self.is_plain or self.picture is None or color is None:
            return []
        return describe(self.look, color, self.picture, has_reference=self.reference is not None)

    # -- the menu

    def mark(self, actions: dict[str, QAction]) -> None:
        """Keeps the marks in the menu true."""

        def show() -> None:
            look = self.look
            for channel in CHANNEL_NAMES:
                actions[f"channel-{channel}"].setChecked(look.channel == channel and not look.false_color)
            actions["false-color"].setChecked(look.false_color)
            actions["zebra"].setChecked(look.zebra)
            actions["field"].setChecked(look.field != "both")
            actions["tone-map"].setChecked(look.tone_map)

        self.changed.connect(show)
        for name in ("false-color", "zebra", "field", "tone-map", *(f"channel-{each}" for each in CHANNEL_NAMES)):
            actions[name].triggered.connect(show)  # a click turns the mark by itself
        show()


def _kind(picture: Picture) -> _Kind:
    frame = picture.frame
    colours = (int(frame.colorspace), int(frame.color_range), int(frame.color_primaries))
    return _Kind(int(frame.color_trc), colours, frame.format.name, picture.interlaced)
