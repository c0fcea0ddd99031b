"""The two small windows of the Help menu, and the file dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from player.media.playlist import MEDIA_EXTENSIONS, PLAYLIST_EXTENSIONS
from player.media.raw_extensions import RAW_EXTENSIONS
from ui.actions import MENUS, in_menu, key_text, plain_text
from ui.panels.page import scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

MOUSE_HINTS = (
    ("Double click", "Full screen"),
    ("Wheel", "Volume"),
    ("Wheel sideways", "Seek"),
    ("Right button", "Menu"),
    ("Drop files", "Play them"),
)


def _dialog(parent: QWidget, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(f"{title} — Overplay")
    rows = QVBoxLayout(dialog)
    rows.setContentsMargins(16, 16, 16, 16)
    rows.setSpacing(12)
    return dialog, rows


def _close_button(dialog: QDialog) -> QHBoxLayout:
    button = QPushButton("Close", dialog)
    button.setDefault(True)
    button.clicked.connect(dialog.reject)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(button)
    return row


def shortcuts_dialog(parent: QWidget) -> QDialog:
    """Every command with its keys, by menu, and what the mouse does."""
    dialog, rows = _dialog(parent, "Keyboard shortcuts")
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(4, 4, 12, 4)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    groups = [
        (menu, [(", ".join(key_text(k) for k in c.keys if "Media" not in k), plain_text(c)) for c in in_menu(menu)])
        for menu in MENUS
    ]
    line = 0
    for heading, lines in (*groups, ("Mouse", list(MOUSE_HINTS))):
        label = QLabel(heading, inside)
        label.setFont(scaled(label.font(), 1.0, bold=True))
        label.setContentsMargins(0, 8 if line else 0, 0, 0)
        grid.addWidget(label, line, 0, 1, 2)
        for keys, text in lines:
            line += 1
            key_label = QLabel(keys, inside)
            key_label.setObjectName("dim")
            grid.addWidget(key_label, line, 0)
            grid.addWidget(QLabel(text, inside), line, 1)
        line += 1
    area = QScrollArea(dialog)
    area.setWidget(inside)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    rows.addWidget(area)
    rows.addLayout(_close_button(dialog))
    dialog.resize(460, 560)
    return dialog


def about_dialog(parent: QWidget) -> QDialog:
    dialog, rows = _dialog(parent, "About")
    name = QLabel("Overplay", dialog)
    name.setFont(scaled(name.font(), 1.6, bold=True))
    from importlib import metadata  # not at the top: it costs the start-up 4 ms

    try:
        version = metadata.version("overplay")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        version = "not installed"
    words = QLabel(f"Version {version}\nA player for people who look at video closely.\nMIT licence.", dialog)
    words.setTextFormat(Qt.TextFormat.PlainText)
    rows.addWidget(name)
    rows.addWidget(words)
    rows.addLayout(_close_button(dialog))
    return dialog


def ask_for_files(parent: QWidget, folder: str) -> Sequence[str]:
    """The files the user picked; none when the dialog was cancelled."""
    from player.media.image_sequence import IMAGE_EXTENSIONS

    kinds = {
        "Media files": MEDIA_EXTENSIONS | PLAYLIST_EXTENSIONS,
        "Raw pictures": RAW_EXTENSIONS.keys(),
        "Images": IMAGE_EXTENSIONS,
    }
    patterns = [f"{kind} ({' '.join(f'*.{each}' for each in sorted(names))})" for kind, names in kinds.items()]
    paths, _ = QFileDialog.getOpenFileNames(
        parent, "Open — Overplay", folder, ";;".join([*patterns, "All files (*)"])
    )  # fmt: skip
    return list(paths)


def ask_for_model(parent: QWidget, folder: str) -> str:
    """The model file that the user picked; '' when the dialog was cancelled."""
    from player.analysis.model_names import MODEL_SUFFIXES

    patterns = f"Models ({' '.join(f'*{each}' for each in sorted(MODEL_SUFFIXES))})"
    path, _ = QFileDialog.getOpenFileName(parent, "Open model — Overplay", folder, f"{patterns};;All files (*)")
    return path


def ask_for_other(parent: QWidget, folder: str) -> str:
    """The file that the user picked to compare with; '' when the dialog was cancelled."""
    patterns = f"Media files ({' '.join(f'*.{each}' for each in sorted(MEDIA_EXTENSIONS))})"
    path, _ = QFileDialog.getOpenFileName(
        parent, "Compare with — Overplay", folder, f"{patterns};;All files (*)"
    )  # fmt: skip
    return path
