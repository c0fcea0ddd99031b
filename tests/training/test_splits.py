"""Splits, folds and long tails: they keep the classes' shares, and are the same for the same seed."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data.splits import fold_of, long_tail, split_off

CLASSES = ("cat", "dog", "owl")
LABELS = np.repeat(np.arange(3), (40, 20, 10))[np.random.default_rng(3).permutation(70)].astype(np.int64)


def counts(places: NDArray[np.int64]) -> list[int]:
    return list(np.bincount(LABELS[places], minlength=3))


def test_a_split_takes_its_share_of_each_class() -> None:
    kept, taken = split_off(LABELS, CLASSES, 0.2, seed=1)
    assert counts(kept) == [32, 16, 8]
    assert counts(taken) == [8, 4, 2]
    assert sorted([*kept, *taken]) == list(range(70))


def test_a_split_hangs_on_its_seed_alone() -> None:
    first, again, other = (split_off(LABELS, CLASSES, 0.2, seed)[1].tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_a_split_leaves_every_class_something() -> None:
    labels = np.array([0, 0, 1, 2, 2], np.int64)
    with pytest.raises(DataError, match="Class dog has too few pictures"):
        split_off(labels, CLASSES, 0.1, seed=1)


def test_folds_share_everything_out_evenly() -> None:
    inside = [fold_of(LABELS, CLASSES, 7, fold, seed=1)[1] for fold in range(7)]
    assert sorted(np.concatenate(inside)) == list(range(70))
    assert {len(places) for places in inside} == {10}
    for places in inside:
        assert all(
            abs(count - share) < 1 for count, share in zip(counts(places), (40 / 7, 20 / 7, 10 / 7), strict=True)
        )
    assert not any(set(one) & set(other) for one, other in combinations(inside, 2))


def test_a_fold_is_what_training_does_not_see() -> None:
    outside, inside = fold_of(LABELS, CLASSES, 7, 3, seed=1)
    assert sorted([*outside, *inside]) == list(range(70))


def test_a_class_smaller_than_the_number_of_folds_is_named() -> None:
    with pytest.raises(DataError, match=r"Class owl has too few pictures \(10\) for 11 folds"):
        fold_of(LABELS, CLASSES, 11, 0, seed=1)


def test_the_long_tail_is_that_of_the_paper() -> None:
    labels = np.arange(50_000, dtype=np.int64) % 10
    kept = long_tail(labels, tuple("abcdefghij"), 100, seed=0)
    # Cao et al. (2019), CIFAR-10-LT with a ratio of 100: 12 406 pictures
    assert np.bincount(labels[kept]).tolist() == [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]


def test_a_long_tail_wants_a_class_that_is_long_enough() -> None:
    labels = np.repeat(np.arange(3), (100, 5, 100)).astype(np.int64)
    with pytest.raises(DataError, match="Class dog has 5 pictures, and the long tail wants 31"):
        long_tail(labels, CLASSES, 10, seed=0)
