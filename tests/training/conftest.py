"""What matplotlib needs once: its list of fonts, which takes seconds to make and is kept from one run of the tests to
the next, and fonts, which it keeps open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.libraries import need_library

os.environ.setdefault("MPLCONFIGDIR", str(Path(__file__).resolve().parents[2] / ".pytest_cache" / "matplotlib"))


@pytest.fixture(scope="session")
def fonts() -> None:
    """For tests that draw: the fonts are open before the test is looked at for what it leaves behind."""
    need_library("matplotlib")
    from player.training.plots import draw_curves

    draw_curves((), "a title")
