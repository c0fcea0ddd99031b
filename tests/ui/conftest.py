"""For tests with widgets: Qt's own warnings fail the test that caused them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from collections.abc import Iterator

_HARMLESS = re.compile(
    r"This plugin does not support (propagateSizeHints|raise|grabbing)"  # the offscreen platform's limits
    r"|QStandardPaths: (XDG_RUNTIME_DIR|wrong permissions)"  # the machine's, not ours
)
_BAD = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


@pytest.fixture(autouse=True)
def qt_warnings() -> Iterator[list[str]]:
    """What Qt has warned of so far. A test that provokes a warning on purpose clears the list."""
    heard: list[str] = []

    def listen(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind in _BAD and not _HARMLESS.search(message):
            heard.append(message)

    before = qInstallMessageHandler(listen)
    yield heard
    qInstallMessageHandler(before)
    if heard:
        pytest.fail("Qt warned: " + "; ".join(heard), pytrace=False)
