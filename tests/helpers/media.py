"""The shared media: real files with ground truth, beside the checkout on a developer's machine and nowhere else."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
"""`../shared`, as seen from the repository's root."""

MEDIA = SHARED / "media"


def need_media(name: str = "") -> Path:
    """The path of a shared file (or of the folder); the test is skipped where the shared media are not there."""
    path = MEDIA / name
    if not path.exists():
        pytest.skip(f"needs {path}: the shared media are not on this machine")
    return path


@functools.cache
def _truth() -> dict[str, Any]:
    with (MEDIA / "truth.json").open(encoding="utf-8") as file:
        return dict(json.load(file)["files"])


def truth_of(name: str) -> dict[str, Any]:
    """What `truth.json` says of a file; the test is skipped where the shared media are not there."""
    need_media("truth.json")
    return dict(_truth()[name])


def media_names() -> list[str]:
    """Every file that has a truth, for `parametrize`; empty where the shared media are not there."""
    return sorted(_truth()) if (MEDIA / "truth.json").exists() else []
