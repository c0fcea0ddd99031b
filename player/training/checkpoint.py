"""A training's state as a file: written whole, read without running anything in it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

from player.analysis.model_file import read_regular
from player.errors import ModelError, TrainingError
from player.whole_file import open_whole

VERSION = 1


def write_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """`state` has tensors and plain values. Raises OSError."""
    with open_whole(path) as file:
        torch.save({"version": VERSION, **state}, file)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What was written, on the CPU. Raises TrainingError."""
    try:
        data = read_regular(path)
    except ModelError as error:
        raise TrainingError(str(error)) from error
    try:
        state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # the unpickler meets whatever the file holds
        raise TrainingError(f"Cannot go on from {path}: it is damaged, or no checkpoint.") from error
    if not isinstance(state, dict) or state.get("version") != VERSION:
        raise TrainingError(f"Cannot go on from {path}: it was written by another version.")
    return state
