"""The installed Qt bindings give back every reference they take."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CALLS = 400
"""Few enough to survive bindings that fail."""


def test_calls_do_not_use_up_none_and_true(qapp: QApplication) -> None:
    """PySide6 6.12.0 loses one reference a call before Python 3.12; the interpreter aborts when none is left."""
    widget = QWidget()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(CALLS):
        widget.setEnabled(True)
        widget.blockSignals(True)
    lost = before[0] - sys.getrefcount(None), before[1] - sys.getrefcount(True)
    assert max(lost) < CALLS / 2
