"""From a model file to what looks at pictures with it, as its task has it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from player.analysis.detector import Detector
from player.analysis.loading import Engine, load_model

if TYPE_CHECKING:
    from player.analysis.classifier import Classifier
    from player.analysis.trust import Trust
    from player.watching import Precision


def open_model(
    path: str | Path,
    *,
    device: str = "auto",
    engine: Engine = "auto",
    precision: Precision = "auto",
    trust: Trust,
    threads: int | None = None,
) -> Detector | Classifier:
    """Slow: for an analysis thread, which is then the model's. Raises ModelError, UntrustedModelError."""
    model = load_model(path, device=device, engine=engine, precision=precision, trust=trust, threads=threads)
    if model.card.task != "classify":
        return Detector(model)
    from player.analysis.classifier import Classifier

    return Classifier(model)
