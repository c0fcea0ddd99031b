"""What the command line said of models, for the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.detections.opening import Wish

if TYPE_CHECKING:
    from player.cli.detect_options import DetectOptions
    from ui.detections.detecting import Detecting


def open_asked(detecting: Detecting, options: DetectOptions) -> None:
    """Open the models that were named. A person named them, and may be asked whether a program can be trusted."""
    wish = Wish(
        options.device, options.low, options.high, options.iou, options.classes, options.precision,
    )  # fmt: skip
    for place, name in enumerate(options.models):
        detecting.open_model(name, place=place, wish=wish, by_hand=True)
