"""From a path to a network that runs: what the file is, whether it may be opened, its card, its engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from player.analysis.backends import Backend
from player.analysis.card import ModelCard
from player.analysis.model_file import ModelFile
from player.analysis.trust import Trust

Engine = Literal["auto", "onnxruntime", "opencv"]
"""What runs ONNX files; "auto" is onnxruntime where it is installed. All other files run on torch."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    card: ModelCard
    file: ModelFile
    backend: Backend


def load_model(
    path: str | Path, *, device: str = "auto", engine: Engine = "auto", trust: Trust, threads: int | None = None
) -> LoadedModel:
    """Reads, checks and opens the model at `path`. Slow: for an analysis thread, which is then the backend's.

    `threads` is how many of the CPU's cores one run may use; None leaves half of them to playback.
    Raises ModelError, UntrustedModelError.
    """
    raise NotImplementedError
