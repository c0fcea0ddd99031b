"""Which pictures are for what: stratified splits, folds, and long-tailed subsets.

Every one keeps the shares of the classes, hangs on its seed alone, and gives places in rising order.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from player.errors import DataError
from player.training.data.image_set import Labels, Places


def split_off(labels: Labels, classes: tuple[str, ...], share: float, seed: int) -> tuple[Places, Places]:
    """The places that stay, and of each class `share` of them, at least one, taken out. Raises DataError."""
    kept, taken = [], []
    for name, places in _shuffled_classes(labels, classes, seed):
        count = max(1, round(len(places) * share))
        if count >= len(places):
            raise DataError(f"Class {name} has too few pictures ({len(places)}) to split {share:g} of them off.")
        taken.append(places[:count])
        kept.append(places[count:])
    return _rising(kept), _rising(taken)


def fold_of(labels: Labels, classes: tuple[str, ...], folds: int, fold: int, seed: int) -> tuple[Places, Places]:
    """The places outside fold number `fold` of `folds`, and those in it. Raises DataError.

    The folds are disjoint, together they are everything, and their sizes differ by at most one.
    """
    outside, inside = [], []
    turn = 0  # goes on from class to class: otherwise the first folds would get every class's remainder
    for name, places in _shuffled_classes(labels, classes, seed):
        if len(places) < folds:
            raise DataError(f"Class {name} has too few pictures ({len(places)}) for {folds} folds.")
        within = (np.arange(len(places)) + turn) % folds == fold
        turn += len(places)
        inside.append(places[within])
        outside.append(places[~within])
    return _rising(outside), _rising(inside)


def long_tail(labels: Labels, classes: tuple[str, ...], ratio: float, seed: int) -> Places:
    """A subset whose classes shrink exponentially, in their order, from the first to the last by `ratio`.

    Class k of n keeps `largest * ratio ** (-k / (n - 1))` pictures, rounded down: the long-tailed CIFAR of Cui et al.
    (2019). Raises DataError where a class has fewer.
    """
    counts = np.bincount(labels, minlength=len(classes))
    kept = []
    for number, (name, places) in enumerate(_shuffled_classes(labels, classes, seed)):
        wanted = max(1, int(counts[0] * ratio ** (-number / max(1, len(classes) - 1))))
        if wanted > len(places):
            raise DataError(f"Class {name} has {len(places)} pictures, and the long tail wants {wanted} of it.")
        kept.append(places[:wanted])
    return _rising(kept)


def _shuffled_classes(labels: Labels, classes: tuple[str, ...], seed: int) -> Iterator[tuple[str, Places]]:
    """Each class's places in an order that neither the other classes nor their number change."""
    for number, name in enumerate(classes):
        order = np.random.Generator(np.random.PCG64([seed, number]))
        yield name, order.permutation(np.flatnonzero(labels == number)).astype(np.int64)


def _rising(parts: list[Places]) -> Places:
    return np.sort(np.concatenate(parts))
