"""What is said of a training."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from player.errors import plain
from player.timebase import format_time
from ui.training.axes import value_text
from ui.training.wire import number

if TYPE_CHECKING:
    from ui.training.curves import Curves
    from ui.training.runs import Run
    from ui.training.training import Training

SILENT_S = 30.0
"""A training that says nothing for so long is said to."""
SHARES = frozenset({"accuracy", "balanced_accuracy", "top5", "precision", "recall", "f1"})
"""Figures from 0 to 1 that are read as per cent."""
DASH = "–"


def metric_words(name: str) -> str:
    """`balanced_accuracy` as people write it."""
    return plain(name).replace("_", " ").strip()[:24] or "?"


def is_share(name: str) -> bool:
    return name in SHARES or name.endswith(("accuracy", "precision", "recall"))


def metric_text(name: str, value: float | None) -> str:
    return value_text(value, percent=is_share(name))


def state_words(training: Training) -> str:
    """What it does now, or how it ended."""
    started, step, end = training.started, training.step, training.end
    if training.state == "starting":
        return "Starting: the library is loaded and the data are read."
    if training.state == "stopping":
        return "Stopping after this step. Press again to end it at once."
    if training.state == "running" and started is not None:
        if training.silent_s > SILENT_S:
            return f"Nothing was heard of it for {format_time(training.silent_s)}."
        if step is None:
            return "Training begins."
        last = training.curves.last
        if last is not None and last.epoch >= started.epochs:
            return "Trained to the end. The results are being written."
        return f"Epoch {step.epoch} of {started.epochs}, step {step.step} of {started.steps}"
    if end is not None:
        last = training.curves.last
        epoch = "" if last is None else f" after epoch {last.epoch}"
        return {
            "done": "Trained to the end.",
            "early-stop": f"Ended early{epoch}: it got no better.",
            "stopped": f"Stopped{epoch}. It can be resumed.",
        }[end.reason]
    return ""


def share_done(training: Training) -> float:
    """0 to 1 of all steps."""
    started, step = training.started, training.step
    if training.end is not None and training.end.reason != "stopped":
        return 1.0
    if started is None or step is None:
        return share_of_epochs(training.curves)
    done = (step.epoch - 1) * started.steps + step.step
    return min(1.0, done / max(1, started.epochs * started.steps))


def share_of_epochs(curves: Curves) -> float:
    return 0.0 if curves.last is None else min(1.0, curves.last.epoch / max(1, curves.epochs))


def facts(training: Training) -> list[tuple[str, str]]:
    """Names and values."""
    started, step = training.started, training.step
    rate = None if step is None else number(step.rate)
    left_s = None if step is None or not training.is_running else number(step.left_s)
    rows = [
        ("Rate", DASH if rate is None else f"{rate:,.0f} pictures a second"),
        ("Time left", DASH if left_s is None else format_time(left_s)),
        ("Best", best_words(training.curves)),
    ]
    if started is not None:
        rows.append(("Pictures", f"{started.train:,}, and {started.valid:,} to judge by"))
        rows.append(("Runs on", f"{plain(started.device)}, {started.parameters:,} parameters"))
    metric = training.curves.metric
    tested = None if training.end is None else number(training.end.test.get(metric))
    if tested is not None:
        rows.append(("Tested", f"{metric_text(metric, tested)} {metric_words(metric)}"))
    return rows


def best_words(curves: Curves) -> str:
    best = curves.best
    if best is None:
        return DASH
    value = number(best.valid.get(curves.metric))
    return f"{metric_text(curves.metric, value)} {metric_words(curves.metric)}, epoch {best.epoch}"


def title_words(run: Run) -> str:
    """`lenet-mnist, 21 Nov 19:45`: what was trained, and when it was last worked on."""
    return f"{run.name}, {time.strftime('%d %b %H:%M', time.localtime(run.changed_s)).lstrip('0')}"


def run_words(run: Run) -> str:
    """How far a run came, in a list."""
    epochs = f"epoch {run.epoch} of {run.epochs}" if run.epochs else f"epoch {run.epoch}"
    if run.state in ("done", "under way"):
        return run.state
    return "nothing kept" if run.state == "unusable" else epochs


def past_words(run: Run) -> str:
    """How it ended, in a sentence."""
    epochs = f"epoch {run.epoch} of {run.epochs}" if run.epochs else f"epoch {run.epoch}"
    return {
        "under way": f"It is under way in another process: {epochs}.",
        "done": f"Trained to the end: {epochs}.",
        "stopped": f"Stopped after {epochs}.",
        "broken off": f"Broken off after {epochs}.",
        "unusable": "Broken off before anything was kept.",
    }[run.state] + (" It can be resumed." if run.can_resume and run.state != "done" else "")


def axis_end(at: float, epochs: int) -> float:
    """The last epoch of a chart's axis: it has room to grow, and is not drawn anew with every epoch."""
    for end in (5, 10, 20, 30, 50):
        if at <= end or epochs <= end:
            return float(min(end, epochs) if epochs else end)
    hundred = 100.0 * -(-at // 100)
    return min(hundred, float(epochs)) if epochs else hundred
