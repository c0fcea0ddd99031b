"""Fonts that are wherever the training's packages are: Matplotlib carries some within itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.helpers.libraries import need_library

LEARNED, JUDGED = "STIXGeneral.ttf", "DejaVuSans.ttf"
"""One of each kind: to learn from, and one that nothing is learned from."""


def carried_fonts() -> Path:
    need_library("matplotlib")
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def copy_font(name: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(carried_fonts() / name, folder))
