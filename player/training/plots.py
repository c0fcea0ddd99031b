"""Curves and confusion matrices as PNG. matplotlib is imported when the first is drawn."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from player.errors import plain
from player.home import cache_home
from player.training.events import Epoch

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 110
_COLOURS = ("#2f6fde", "#d9822b", "#3a9d5d", "#a54fb5", "#7a7f87")
_MOST_LABELS = 40
"""More classes than this have no names beside the matrix."""
_MOST_NUMBERS = 20
"""More classes than this have no counts in it."""


def draw_curves(epochs: Sequence[Epoch], title: str) -> bytes:
    """A PNG: losses on the left, all other metrics on the right, over the epochs. Raises ImportError."""
    figure = _figure(10.0, 4.2)
    left, right = figure.subplots(1, 2)
    numbers = [each.epoch for each in epochs]
    lines: dict[str, list[float]] = {}
    for name, told in (("train", [each.train for each in epochs]), ("valid", [each.valid for each in epochs])):
        lines[name] = [metrics.get("loss", np.nan) for metrics in told]
    _draw(left, "loss", numbers, lines)
    names = [name for name in (epochs[-1].valid if epochs else {}) if name != "loss"]
    _draw(right, "valid", numbers, {name: [each.valid.get(name, np.nan) for each in epochs] for name in names})
    best = [each.epoch for each in epochs if each.best]
    for axes in (left, right) if best else ():
        axes.axvline(best[-1], color="#9aa0a8", linewidth=1, linestyle=":")
    figure.suptitle(_plain(title), fontsize=11)
    return _png(figure)


def draw_confusion(confusion: NDArray[np.int64], classes: Sequence[str], title: str) -> bytes:
    """A PNG: rows are what is true, columns what was said; each row's shades are its shares. Raises ImportError."""
    count = len(classes)
    side = min(14.0, 3.4 + 0.38 * count)
    figure = _figure(side, side * 0.94)
    axes = figure.subplots()
    shares = confusion / np.maximum(1, confusion.sum(axis=1, keepdims=True))
    image = axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    figure.colorbar(image, ax=axes, fraction=0.046, pad=0.03)
    if count <= _MOST_LABELS:
        names = [_plain(name[:24]) for name in classes]
        axes.set_xticks(range(count), names, rotation=90, fontsize=8)
        axes.set_yticks(range(count), names, fontsize=8)
    for true, said in np.argwhere(confusion > 0) if count <= _MOST_NUMBERS else ():
        colour = "white" if shares[true, said] > 0.5 else "#30343a"
        axes.text(said, true, str(confusion[true, said]), ha="center", va="center", fontsize=7, color=colour)
    axes.set_xlabel("said")
    axes.set_ylabel("true")
    axes.set_title(_plain(title), fontsize=11)
    return _png(figure)


def _figure(width: float, height: float) -> Figure:
    """In inches."""
    # Its list of fonts goes where the product's own files are.
    os.environ.setdefault("MPLCONFIGDIR", str(cache_home() / "matplotlib"))
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=_DPI, layout="constrained")


def _draw(axes: Axes, title: str, numbers: Sequence[int], lines: dict[str, list[float]]) -> None:
    from matplotlib.ticker import MaxNLocator

    for at, (name, values) in enumerate(lines.items()):
        colour = _COLOURS[at % len(_COLOURS)]
        mark = "o" if len(numbers) < 30 else ""
        axes.plot(numbers, values, label=name.replace("_", " "), color=colour, marker=mark, markersize=3)
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if lines:
        axes.legend(frameon=False, fontsize=9)


def _plain(text: str) -> str:
    """On one line, and without formulas: those begin with a dollar sign."""
    return plain(text).replace("$", r"\$")


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # it is drawn as a box
        figure.savefig(file, format="png")
    return file.getvalue()
