"""The models that look at the pictures of `--vo null`: loaded before the film begins, told what would be on screen."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from player.analysis.analysis import Analysis
from player.analysis.class_choice import hidden_classes
from player.analysis.model_names import resolve_model
from player.analysis.trust import Trust, registry_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.analysis.selection import Selection
    from player.cli.detect_options import DetectOptions


def load_models(options: DetectOptions, *, now: Callable[[], float], remember: bool) -> Analysis:
    """Waits for them; whoever gets the Analysis closes it. `remember`: what was agreed to in the window counts.

    Raises PlayerError for a model that cannot be opened, and for a class that one does not know.
    """
    paths = [resolve_model(name) for name in options.models]
    trust = Trust(registry_file() if remember else None, named=paths if options.trust else ())
    came = threading.Event()
    analysis = Analysis(now=now, wakeup=came.set)
    try:
        analysis.set_policy(options.policy)
        for path in paths:
            analysis.add(path, device=options.device, precision=options.precision, trust=trust)
        _wait(analysis, came)
        for view in analysis.look(None):
            analysis.set_selection(view.slot, chosen(options, analysis.selection(view.slot), view.labels))
    except BaseException:
        analysis.close()
        raise
    return analysis


def _wait(analysis: Analysis, came: threading.Event) -> None:
    while True:
        came.clear()  # before looking, so that what happens meanwhile ends the wait below
        views = analysis.look(None)
        for view in views:
            if view.error is not None:
                raise view.error
        if all(view.state != "loading" for view in views):
            return
        came.wait()


def chosen(options: DetectOptions, base: Selection, labels: tuple[str, ...]) -> Selection:
    """`base` with what was said otherwise. Raises UsageError for a class that the model does not know."""
    return replace(
        base,
        low=min(base.low, options.high) if options.low is None else options.low,
        high=options.high,
        iou=base.iou if options.iou is None else options.iou,
        hidden=hidden_classes(labels, options.classes) if options.classes else base.hidden,
    )
