"""What the window shows for a file with sound and no picture: what it is. Where it is stands in the bar below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from player.errors import plain
from ui.controls.text import WrappedText
from ui.panels.page import Page, picture_label, scaled, set_picture
from ui.wording import file_name, media_title

if TYPE_CHECKING:
    from player.records import MediaInfo
    from ui.theme import Colours


def sound_details(info: MediaInfo, aid: int | None) -> str:
    """`flac 44.1 kHz stereo`: what is playing, or the first that could; '' when there is nothing."""
    usable = [track for track in info.of_kind("audio") if track.usable]
    track = next((track for track in usable if track.number == aid), usable[0] if usable else None)
    return "" if track is None else plain(f"{track.codec} {track.details}").strip()


class AudioPanel(Page):
    """Title, file name where it says more, and the codec's details."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sound", parent)
        self._icon = picture_label(self)
        self.title = WrappedText(self)
        self.title.setFont(scaled(self.title.font(), 1.5, bold=True))
        self.name = WrappedText(self)
        self.details = QLabel(self)
        self.details.setObjectName("dim")
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.details.setWordWrap(True)
        self.column.addWidget(self._icon)
        self.when_low(self._icon)
        self.column.addSpacing(4)
        self.column.addWidget(self.title)
        self.column.addWidget(self.name)
        self.column.addWidget(self.details)

    def show_media(self, info: MediaInfo, aid: int | None) -> None:
        title, name = media_title(info), file_name(info.path)
        self.title.set_text(title)
        self.name.set_text(name)
        self.name.setVisible(name != title)
        self.details.setText(sound_details(info, aid))

    def set_colours(self, colours: Colours) -> None:
        set_picture(self._icon, "music", colours.dim, 56)
