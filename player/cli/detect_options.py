"""The options of the detection overlay: which models look at the pictures, on what, and what of it is shown."""

from __future__ import annotations

import argparse
import re
from typing import Literal

from player.errors import UsageError
from player.quick_dataclass import dataclass
from player.watching import MOST_MODELS, PRECISIONS, Precision

Policy = Literal["live", "sync"]


@dataclass(frozen=True, slots=True)
class DetectOptions:
    """What the command line says of models. What is None is left to the model's card."""

    models: tuple[str, ...] = ()
    """Files, or names of installed models."""
    device: str = "auto"
    low: float | None = None
    """Boxes below this confidence are not shown, like those above `high`."""
    high: float = 1.0
    iou: float | None = None
    """Two boxes of a class that overlap by more are one thing."""
    classes: tuple[str, ...] = ()
    """Only these are shown; () is all."""
    policy: Policy = "live"
    trust: bool = False
    """Models that are programs may run."""
    precision: Precision = "auto"


def add_detect_options(parser: argparse.ArgumentParser) -> None:
    """`--model --device --precision --conf --iou --classes --overlay --trust-model`."""
    group = parser.add_argument_group("detection")
    group.add_argument(
        "--model", dest="models", action="append", default=[], metavar="M",
        help="find things in the pictures by this model: a file, or the name of an installed one; twice for two",
    )  # fmt: skip
    group.add_argument(
        "--device", type=device, default="auto", metavar="D", help="run models on it: auto, cpu, cuda[:N], mps or xpu"
    )
    add_precision(group)
    group.add_argument(
        "--conf", type=band, default=(None, 1.0), metavar="LOW[:HIGH]", help="show boxes of this confidence, 0 to 1"
    )
    group.add_argument(
        "--iou", type=share, metavar="X", help="boxes of a class that overlap by more than X, 0 to 1, are one"
    )
    group.add_argument("--classes", type=names, default=(), metavar="A,B", help="show only these classes")
    group.add_argument(
        "--overlay", choices=["live", "sync"], default="live",
        help="live: playback never waits for a model; sync: a picture is shown with its boxes",
    )  # fmt: skip
    group.add_argument("--trust-model", action="store_true", help="let models run that are programs")


def read_detect_options(given: argparse.Namespace) -> DetectOptions:
    """What these options said. Raises UsageError."""
    if len(given.models) > MOST_MODELS:
        raise UsageError(f"There can be {MOST_MODELS} models at once, not {len(given.models)}.")
    low, high = given.conf
    return DetectOptions(
        tuple(given.models), given.device, low, high, given.iou, given.classes, given.overlay,
        given.trust_model, given.precision,
    )  # fmt: skip


def add_precision(parser: argparse._ActionsContainer) -> None:
    """`--precision`."""
    parser.add_argument(
        "--precision", choices=PRECISIONS, default="auto",
        help="what torch computes in; auto: fp16 on NVIDIA cards that are quicker with it, else fp32",
    )  # fmt: skip


def device(text: str) -> str:
    """What `--device` takes."""
    name = text.lower()
    if not re.fullmatch(r"auto|cpu|mps|(cuda|xpu)(:[0-9]{1,2})?", name):
        raise argparse.ArgumentTypeError(f"{text!r} is none of auto, cpu, cuda, cuda:N, mps, xpu")
    return name


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


def band(text: str) -> tuple[float, float]:
    """What `--conf` takes."""
    low, colon, high = text.partition(":")
    band = (share(low) if low or not colon else 0.0), (share(high) if high else 1.0)
    if band[0] > band[1]:
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins")
    return band


def names(text: str) -> tuple[str, ...]:
    """What `--classes` takes."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise argparse.ArgumentTypeError(f"{text!r} has an empty name in it")
    return tuple(dict.fromkeys(names))
