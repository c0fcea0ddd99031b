"""How models and what they see are spoken of. Every string from a file is made plain here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from player.errors import plain

if TYPE_CHECKING:
    from player.analysis.view import View
    from ui.detections.opening import Seat

DASH = "–"


def model_name(seat: Seat, view: View | None) -> str:
    """As the model calls itself; its file's name until that is known."""
    return plain(view.model) if view is not None and view.model else plain(os.path.basename(seat.path))


def device_words(device: str) -> str:
    """`the CPU`, `cuda:0`."""
    return "the CPU" if device == "cpu" else plain(device)


def state_words(view: View | None) -> str:
    """What has become of a model: where it runs, or why it does not."""
    if view is None or view.state == "loading":
        return "Is being opened…"
    if view.state == "failed":
        return plain(view.sentence)
    if not view.engine:
        return ""
    words = f"{plain(view.engine)} on {device_words(view.device)}" + (f" in {view.precision}" if view.precision else "")
    return f"{words}, {plain(view.remark)}" if view.remark else words


def boxes_words(view: View | None) -> str:
    """`3 boxes`, `3 boxes, 2 pictures old`; what it waits for where there are none."""
    if view is None or view.state in ("loading", "failed"):
        return ""
    if view.state == "off":
        return "Switched off"
    if view.state == "pending":
        return "Waiting for boxes"
    count = len(view.detections)
    words = "No boxes" if count == 0 else "1 box" if count == 1 else f"{count} boxes"
    if view.state == "exact":
        return words
    age = view.age_frames
    return f"{words}, " + ("old" if age is None else f"{age} picture{'' if age == 1 else 's'} old")


def classes_words(view: View | None) -> str:
    """`Of 10 classes`, `Of 10 classes, 2 pictures ago`; what it waits for where there are none."""
    if view is None or view.state in ("loading", "failed"):
        return ""
    if view.classes is None:
        return "Switched off" if view.state == "off" else "Waiting for classes"
    words = f"Of {len(view.labels)} classes"
    age = view.age_frames
    return words if not age else f"{words}, {age} picture{'' if age == 1 else 's'} ago"


def hidden_words(view: View | None) -> str:
    """`13 more are not shown: less sure, doubles, or of hidden classes.`"""
    if view is None or view.state not in ("exact", "stale"):
        return ""
    hidden = view.raw_count - len(view.detections)
    return f"{hidden} more not shown: not sure enough, doubles, or of hidden classes" if hidden > 0 else ""


def size_words(size_bytes: int) -> str:
    """`3.7 MB`."""
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 1e6 else f"{max(1, round(size_bytes / 1e3))} kB"
