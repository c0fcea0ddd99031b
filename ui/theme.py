"""How the window looks in dark and in light: colours, palette, style sheet, and when to change between them."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from player.quick_dataclass import dataclass
from ui.resource_files import read_resource, resource_folder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

Appearance = Literal["system", "dark", "light"]
STYLE = ("-style", "Fusion")
"""Arguments of QApplication: what it paints with. `setStyle` would hand Python the style and with it some four hundred
names, which takes 5 ms."""
APPEARANCES: tuple[Appearance, Appearance, Appearance] = ("system", "dark", "light")


@dataclass(frozen=True, slots=True)
class Colours:
    """The few colours everything is painted with, as `#rrggbb`. Text on its ground has a contrast of at least 4.5."""

    window: str
    bar: str
    raised: str
    hover: str
    line: str
    text: str
    dim: str
    """Second-rank text and icons; still readable."""
    faint: str
    """Disabled."""
    accent: str
    on_accent: str
    groove: str
    warning: str


DARK = Colours(
    window="#16181c", bar="#1d2025", raised="#272b32", hover="#323740", line="#373d47", text="#eceef1", dim="#a4abb6",
    faint="#666d78", accent="#5b9dff", on_accent="#0b1220", groove="#454c58", warning="#f0b352",
)  # fmt: skip
LIGHT = Colours(
    window="#f5f6f8", bar="#fcfcfd", raised="#ffffff", hover="#e6e9ee", line="#cfd4dc", text="#1a1d22", dim="#565e6a",
    faint="#9aa1ac", accent="#1f66d6", on_accent="#ffffff", groove="#c3c9d3", warning="#9a6200",
)  # fmt: skip


def make_palette(colours: Colours) -> QPalette:
    """The palette that Fusion paints with."""
    role = QPalette.ColorRole
    wanted = {
        role.Window: colours.window, role.WindowText: colours.text, role.Base: colours.raised,
        role.AlternateBase: colours.bar, role.Text: colours.text, role.PlaceholderText: colours.dim,
        role.Button: colours.raised, role.ButtonText: colours.text, role.BrightText: colours.on_accent,
        role.Highlight: colours.accent, role.HighlightedText: colours.on_accent, role.Accent: colours.accent,
        role.Link: colours.accent, role.ToolTipBase: colours.raised, role.ToolTipText: colours.text,
        role.Light: colours.hover, role.Midlight: colours.hover, role.Mid: colours.line, role.Dark: colours.line,
    }  # fmt: skip
    palette = QPalette()
    for which, colour in wanted.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.faint))
    return palette


def style_sheet(colours: Colours) -> str:
    """The style sheet of `resources/styles` with the colours filled in."""
    pictures = resource_folder("styles").replace("\\", "/")  # a style sheet's addresses have no other slash
    shade = "light" if colours is LIGHT else "dark"
    sheet = Template(read_resource("styles", "window.qss"))
    return sheet.substitute(asdict(colours), pictures=pictures, shade=shade)


class Theme(QObject):
    """Dresses the application (made with STYLE), anew when the system or the user changes to dark or light."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._appearance: Appearance = "system"
        self.colours = DARK
        app.styleHints().colorSchemeChanged.connect(self._on_scheme)
        self._dress()

    @property
    def appearance(self) -> Appearance:
        return self._appearance

    def set_appearance(self, appearance: Appearance) -> None:
        """Follow the system, or stay dark or light whatever it says."""
        if appearance != self._appearance:
            self._appearance = appearance
            self._on_scheme()

    @Slot()
    def _on_scheme(self) -> None:
        if self._wanted() is not self.colours:
            self._dress()

    def _wanted(self) -> Colours:
        if self._appearance != "system":
            return LIGHT if self._appearance == "light" else DARK
        # A system that does not say gets dark: the calmer ground for pictures.
        return LIGHT if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light else DARK

    def _dress(self) -> None:
        self.colours = self._wanted()
        self._app.setPalette(make_palette(self.colours))
        self._app.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()
