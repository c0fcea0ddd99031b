"""How far the demuxer reads ahead, so that no stream starves another (ENGINE A11, improved)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from player.quick_dataclass import dataclass

ENOUGH_PACKETS = 25
ENOUGH_SECONDS = 1.0


class Load(Protocol):
    """What of a packet queue decides about reading on."""

    @property
    def count(self) -> int: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def duration_s(self) -> float: ...
    @property
    def ended(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes one stream may hold. Over `soft` it counts as fed; over `hard` its oldest packets go."""

    soft: int
    hard: int


MIB = 1024 * 1024
VIDEO_BUDGET = Budget(soft=15 * MIB, hard=64 * MIB)
AUDIO_BUDGET = Budget(soft=4 * MIB, hard=16 * MIB)
SUBTITLE_BUDGET = Budget(soft=1 * MIB, hard=4 * MIB)


def has_enough(load: Load, budget: Budget, *, sparse: bool = False) -> bool:
    """Whether a stream is fed for now. A sparse one (subtitles, a cover) never asks for more."""
    if sparse or load.ended or load.size_bytes > budget.soft:
        return True
    return load.count > ENOUGH_PACKETS and (load.duration_s <= 0.0 or load.duration_s > ENOUGH_SECONDS)


def may_rest(streams: Sequence[tuple[Load, Budget, bool]]) -> bool:
    """Whether the demuxer may wait: every stream (queue, budget, sparse) is fed.

    ffplay stops at a byte count over all queues, so one stalled stream starves the others; here a
    stalled stream that fills up only loses its own oldest packets (`is_overfull`).
    """
    return all(has_enough(load, budget, sparse=sparse) for load, budget, sparse in streams)


def is_overfull(load: Load, budget: Budget) -> bool:
    """Whether a stream holds more than it may ever, because another one is still hungry."""
    return load.size_bytes > budget.hard
