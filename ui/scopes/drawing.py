"""What the "scopes" thread makes of a picture: the counts, and a trace of them for each scope that is seen."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.errors import StreamError
from player.scopes.measure import measure
from player.scopes.trace import (
    NAMED,
    histogram_trace,
    overlay_trace,
    parade_trace,
    vector_trace,
    wave_trace,
)

if TYPE_CHECKING:
    from player.media.frame_parts import Region
    from player.media.look import ColorOverride
    from player.records import Picture
    from player.scopes.measure import Measured, Scope
    from player.scopes.trace import Pixels

Size = tuple[int, int]
COLUMNS = (256, 512, 1024)
"""Of a waveform: about as many as it has device pixels."""
NICE = 10
"""So much below the other threads' priority: playback comes first where processors are scarce."""
PARADE_GAP = 6
"""Device pixels at 100 %."""


@dataclass(frozen=True, slots=True)
class Order:
    """One picture's scopes, each with the size of its screen in device pixels; a histogram's is one component's."""

    picture: Picture
    sizes: dict[Scope, Size]
    override: ColorOverride
    region: Region | None
    rapid: bool
    ratio: float
    """Device pixels a logical pixel."""


@dataclass(frozen=True, slots=True)
class Drawn:
    order: Order
    measured: Measured
    traces: dict[Scope, list[Pixels]]
    """One each, but of a histogram one a component."""


@dataclass(frozen=True, slots=True)
class Refused:
    """This picture has no scopes."""

    sentence: str


def draw(order: Order) -> Drawn | Refused:
    """On the caller's thread, which is the scopes' own: it gives way to others from now on."""
    _give_way()
    columns = {scope: _columns(size[0]) for scope, size in order.sizes.items()}
    try:
        found = measure(order.picture, columns, override=order.override, region=order.region, rapid=order.rapid)
    except StreamError as error:
        return Refused(str(error))
    except ValueError:
        return Refused("")  # the selection is of another picture
    return Drawn(order, found, {scope: _traces(scope, found, size, order) for scope, size in order.sizes.items()})


def _traces(scope: Scope, found: Measured, size: Size, order: Order) -> list[Pixels]:
    if scope == "histogram":
        height = max(1, size[1] // len(found.histograms))
        return [histogram_trace(each, (size[0], height), NAMED[name]) for name, each in found.histograms.items()]
    if scope == "waveform" and found.waveform is not None:
        return [wave_trace(found.waveform, size)]
    if scope == "overlay" and found.parade is not None:
        return [overlay_trace(found.parade, size)]
    if scope == "parade" and found.parade is not None:
        return [parade_trace(found.parade, size, round(PARADE_GAP * order.ratio))]
    if scope == "vectorscope" and found.vectors is not None:
        return [vector_trace(found.vectors, size, found.coding, found.level_bits)]
    return []


def _columns(width: int) -> int:
    return next((columns for columns in COLUMNS if columns >= width), COLUMNS[-1])


def _give_way() -> None:
    """Once a thread; Linux alone gives each thread a priority of its own."""
    if not hasattr(_THREAD, "is_nice"):
        _THREAD.is_nice = True
        if sys.platform == "linux":
            own = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, own, min(19, os.getpriority(os.PRIO_PROCESS, own) + NICE))


_THREAD = threading.local()
