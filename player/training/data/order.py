"""Which pictures make up a step: it hangs on seed, epoch and step alone, so that any of them can be done again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from player.training.data.image_set import Places


def epoch_order(count: int, seed: int) -> Places:
    """All `count` places, shuffled: each epoch has a seed of its own."""
    return np.random.Generator(np.random.PCG64(seed)).permutation(count).astype(np.int64)


def steps_in_epoch(count: int, batch: int) -> int:
    """Full batches only: what is left over comes up in other epochs. Fewer pictures than a batch are one."""
    return max(1, count // batch)


def training_batches(count: int, batch: int, seed: int, first_step: int = 0) -> Iterator[Places]:
    """An epoch's batches from `first_step` on."""
    order = epoch_order(count, seed)
    for step in range(first_step, steps_in_epoch(count, batch)):
        yield order[step * batch : (step + 1) * batch]


def whole_batches(count: int, batch: int) -> Iterator[Places]:
    """Every picture once, in order; the last batch may be smaller."""
    for first in range(0, count, batch):
        yield np.arange(first, min(first + batch, count), dtype=np.int64)
