"""The window that asks whether a model that is a program may run."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from player.errors import plain
from ui.detections.wording import size_words
from ui.panels.page import scaled

if TYPE_CHECKING:
    from player.analysis.model_file import ModelFile

WIDTH = 460
KINDS = {"pt2": "torch.export program", "torchscript": "TorchScript program"}
WHAT_IT_MEANS = (
    "Opening it can run any code that lies in the file, with all your rights: it could read, change or send your "
    "files. Open it only if you know where it is from and trust who made it."
)
WHAT_IS_KEPT = "If you open it, this very file is remembered and not asked about again."


class TrustDialog(QDialog):
    """`answered` comes once, whichever way the window is closed; without a clear yes it is no."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget, file: ModelFile) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Open a program? — Overplay")
        self._file = file
        self.refuse = QPushButton("Do not open", self)
        self.agree = QPushButton("Open the program", self)
        self._lay_out()
        self.finished.connect(lambda result: self.answered.emit(result == QDialog.DialogCode.Accepted))

    def _lay_out(self) -> None:
        file = self._file
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        heading = _label(f"{plain(file.path.name)} is a program, not only a model")
        heading.setFont(scaled(heading.font(), 1.15, bold=True))
        heading.setWordWrap(True)
        column.addWidget(heading)
        meaning = _label(WHAT_IT_MEANS)
        meaning.setWordWrap(True)
        column.addWidget(meaning)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        facts = (
            ("File", plain(str(file.path))), ("Kind", f"{KINDS.get(file.kind, file.kind)}, {size_words(file.size)}"),
            ("SHA-256", "\n".join(textwrap.wrap(file.sha256, 32))),
        )  # fmt: skip
        for line, (name, value) in enumerate(facts):
            grid.addWidget(_label(name, dim=True), line, 0, Qt.AlignmentFlag.AlignTop)
            words = _label(value)
            words.setWordWrap(True)
            words.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            grid.addWidget(words, line, 1)
        column.addLayout(grid)
        kept = _label(WHAT_IS_KEPT, dim=True)
        kept.setWordWrap(True)
        column.addWidget(kept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.agree)
        buttons.addWidget(self.refuse)
        column.addLayout(buttons)
        self.agree.setAutoDefault(False)
        self.refuse.setDefault(True)
        self.refuse.setFocus()
        self.agree.clicked.connect(self.accept)
        self.refuse.clicked.connect(self.reject)
        self.setFixedWidth(WIDTH)


def _label(text: str, *, dim: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if dim:
        label.setObjectName("dim")
    return label
