"""The Scopes panel (Ctrl+E): the scopes that were picked, of the picture on screen, as it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from player.media.color import Transfer
from ui.inspector.background import Background
from ui.scopes.choice import ALL
from ui.scopes.drawing import Drawn, Order, Refused, draw
from ui.scopes.view import LEAST, NAMES, ScopeView

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.records import Picture
    from player.scopes.measure import Measured, Scope
    from ui.look.looks import Looks
    from ui.scopes.choice import ScopeChoice
    from ui.zoom import Zoom

WIDTH, HEIGHT = 340, 540
REST_MS = 120
"""Pictures that follow one another faster are counted by some of their lines; the last one is then counted whole."""
LONGEST_REST_MS = 500
"""What took longer was the loading of libraries, which does not come again."""
GAP = 6
SHORT: dict[Scope, str] = {
    "histogram": "Histo", "waveform": "Luma", "overlay": "RGB", "parade": "Parade", "vectorscope": "Vector",
}  # fmt: skip
NO_PICTURE = "There is no picture on screen."
NO_CHROMA = "This picture has no colours."


class ScopesPanel(QWidget):
    """Counting and drawing is done by the thread "scopes"; a picture that is overtaken by the next is left out."""

    def __init__(self, choice: ScopeChoice, zoom: Zoom, looks: Looks) -> None:
        super().__init__()
        self.setAccessibleName("Scopes")
        self._choice = choice
        self._zoom = zoom
        self._looks = looks
        self._override = looks.look.override
        self.picture: Picture | None = None
        """The one on screen, while the panel is seen."""
        self._was_rapid = False
        self._clock = QElapsedTimer()
        self._clock.start()
        self._asked_ms: int | None = None  # when the order that is being worked on was given
        self._rested_ms = 0
        self.views: dict[Scope, ScopeView] = {}
        self.buttons: dict[Scope, QToolButton] = {}
        self._background = Background(self, name="scopes")
        self._background.finished.connect(self._take)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self._lay_out()
        choice.changed.connect(self._on_choice)
        zoom.selection_changed.connect(self.refresh)
        looks.changed.connect(self._on_look)
        self._on_choice()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(GAP)
        row = QHBoxLayout()
        row.setSpacing(2)
        for scope in ALL:
            button = QToolButton()
            button.setObjectName("chip")
            button.setText(SHORT[scope])
            button.setToolTip(NAMES[scope])
            button.setAccessibleName(NAMES[scope])
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._toggler(scope))
            self.buttons[scope] = button
            row.addWidget(button)
        row.addStretch(1)
        self._screens = _Screens()
        self.facts = QLabel("")
        self.facts.setObjectName("dim")
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addLayout(row)
        column.addWidget(self._screens, 1)
        column.addWidget(self.facts)

    def _toggler(self, scope: Scope) -> Callable[[], None]:
        def toggle() -> None:
            self._choice.toggle(scope)

        return toggle

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    @Slot()
    def _on_choice(self) -> None:
        for scope in ALL:
            wanted = scope in self._choice.shown
            self.buttons[scope].setChecked(wanted)
            if wanted and scope not in self.views:
                view = ScopeView(scope)
                view.resized.connect(self.refresh)
                self.views[scope] = view
            elif not wanted and scope in self.views:
                self.views.pop(scope).deleteLater()
        self._screens.set_views([self.views[scope] for scope in ALL if scope in self.views])
        if self.picture is None:
            self._say(NO_PICTURE)
        self.refresh()

    # -- what it is told

    def show_picture(self, picture: Picture | None) -> None:
        """The one on screen from now on."""
        self.picture = picture
        if picture is None:
            self._rest.stop()
            self._say(NO_PICTURE)
            return
        rapid = self._rest.isActive()
        self._rest.start()
        if rapid and self._is_tired():
            self._was_rapid = True  # the next one, or the last, is counted again
        else:
            self._ask(rapid)

    def _is_tired(self) -> bool:
        """The thread works, or has not rested for as long as it worked: playback needs the processors, too."""
        return self._asked_ms is not None or self._clock.elapsed() < self._rested_ms

    @Slot()
    def _on_rest(self) -> None:
        if self._was_rapid:
            self._ask(False)

    @Slot()
    def refresh(self) -> None:
        """The same picture in another size, or otherwise understood."""
        self._ask(self._rest.isActive())

    @Slot()
    def _on_look(self) -> None:
        """Only what is said of the values counts here, not how they are looked at."""
        if self._looks.look.override != self._override:
            self._override = self._looks.look.override
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is counted and no picture kept that nobody sees."""
        super().hideEvent(event)
        self._rest.stop()
        self.picture = None

    def shutdown(self) -> None:
        self._rest.stop()
        self._background.stop()

    # -- the work

    def _ask(self, rapid: bool) -> None:
        picture = self.picture
        if picture is None or not self.isVisible():
            return
        self._was_rapid = rapid
        if self._asked_ms is None:
            self._asked_ms = self._clock.elapsed()
        order = Order(
            picture,
            {scope: view.trace_size() for scope, view in self.views.items()},
            self._override,
            self._zoom.selection,
            rapid,
            self.devicePixelRatioF(),
        )
        self._background.ask("scopes", lambda: draw(order))

    @Slot()
    def _take(self) -> None:
        result = self._background.take().get("scopes")
        if self._asked_ms is not None:
            now_ms = self._clock.elapsed()
            self._rested_ms = now_ms + min(now_ms - self._asked_ms, LONGEST_REST_MS)
            self._asked_ms = None
        if self.picture is None:
            return
        if isinstance(result, Refused):
            self._say(result.sentence)
        elif isinstance(result, Drawn):
            for scope, view in self.views.items():
                if scope in result.traces:
                    view.show_drawn(result, "" if result.traces[scope] else NO_CHROMA)
            self._show_facts(facts_text(result.measured, result.order))

    def _say(self, sentence: str) -> None:
        for view in self.views.values():
            view.show_drawn(None, sentence)
        self._show_facts("")

    def _show_facts(self, text: str) -> None:
        if text != self.facts.text():
            self.facts.setText(text)
            self.facts.setToolTip(text)


def facts_text(found: Measured, order: Order) -> str:
    """`10 bit, limited, BT.2020, 1 of 4 lines`."""
    depth = "Floating point" if found.is_float else f"{found.bits} bit"
    parts = [depth, found.color.range.value]
    if not found.is_rgb:
        parts.append(_guessed(found.color.matrix.value.upper(), found.color.matrix_tagged))
    else:
        parts.append(f"RGB, Y′CbCr by {found.coding.matrix.value.upper()}")
    if found.color.transfer is not Transfer.SDR:
        parts.append(found.color.transfer.value.upper())
    if order.region is not None:
        parts.append(f"selection {order.region[2]}×{order.region[3]}")
    if found.step > 1:
        parts.append(f"1 of {found.step} lines")
    return ", ".join(parts)


def _guessed(name: str, tagged: bool) -> str:
    return name if tagged else f"{name} (guessed)"


class _Screens(QWidget):
    """Puts the scopes in as many columns as make them largest."""

    def __init__(self) -> None:
        super().__init__()
        self._views: list[ScopeView] = []

    def set_views(self, views: list[ScopeView]) -> None:
        self._views = views
        for view in views:
            view.setParent(self)
            view.show()
        self.setMinimumSize(LEAST.width(), LEAST.height() * max(1, len(views)) // 2)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if not self._views:
            return
        columns = best_columns(len(self._views), self.width(), self.height())
        rows = -(-len(self._views) // columns)
        for at, view in enumerate(self._views):
            row, column = divmod(at, columns)
            in_row = min(columns, len(self._views) - row * columns)
            left, right = (_share(self.width(), each, in_row) for each in (column, column + 1))
            up, down = (_share(self.height(), each, rows) for each in (row, row + 1))
            view.setGeometry(QRect(left, up, right - left - GAP, down - up - GAP))


def _share(length: int, at: int, of: int) -> int:
    """Where part `at` begins, when every part is followed by a gap but the last."""
    return round((length + GAP) * at / of)


def best_columns(many: int, width: int, height: int) -> int:
    """The columns that give the largest screens of about 3 to 2."""
    return max(range(1, many + 1), key=lambda columns: min(width / columns, 1.5 * height / -(-many // columns)))
