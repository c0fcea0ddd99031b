"""The shared models and pictures: real files beside the checkout on a developer's machine and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.media import SHARED


def need_model(name: str = "") -> Path:
    """The path of a shared model (`coco_yolox_nano/yolox_nano.onnx`); the test is skipped where there are none."""
    return _need(SHARED / "models" / name)


def need_data(name: str = "") -> Path:
    """The path of shared pictures (`faces/multiface.jpg`); the test is skipped where there are none."""
    return _need(SHARED / "data" / name)


def _need(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"needs {path}: the shared models and pictures are not on this machine")
    return path
