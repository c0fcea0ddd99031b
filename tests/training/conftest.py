"""matplotlib's list of fonts is kept from one run of the tests to the next: making it takes seconds."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("MPLCONFIGDIR", str(Path(__file__).resolve().parents[2] / ".pytest_cache" / "matplotlib"))
