"""Libraries that a test cannot do without, and that need not be there."""

from __future__ import annotations

from typing import Any

import pytest


def need_library(name: str) -> Any:
    """The module; the test is skipped where it is not installed or blocked."""
    return pytest.importorskip(name, reason=f"needs {name}", exc_type=ImportError)


def need_torch() -> Any:
    """torch, kept to one core: others measure meanwhile."""
    torch = need_library("torch")
    torch.set_num_threads(1)
    return torch
