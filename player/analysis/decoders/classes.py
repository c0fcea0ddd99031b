"""A classifier's output: a number for each class, which are probabilities or are made into them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from player.analysis.decoders.decoder import Array, Outputs, check_classes, quietly, sigmoid, softmax, unfit
from player.analysis.decoders.parameters import Parameters
from player.errors import ModelError

NAME = "classify"
NEARLY = 0.02
"""Numbers from 0 to 1 that add up to 1 but for so much are probabilities already, in half precision too."""


class ClassReader:
    """(n, classes), also with ones behind: (n, classes, 1, 1)."""

    def __init__(self, name: str, parameters: Mapping[str, object], labels: int | None) -> None:
        """`softmax` says whether the output is still to be made into probabilities; without it the numbers do.

        Raises ModelError where a card names another decoder, or what this one does not know.
        """
        if name != NAME:
            raise ModelError(f"A classifier is read by the decoder {NAME}, not by {name}.")
        read = Parameters(name, parameters, labels)
        self._softmax = read.flag("softmax", default=True) if "softmax" in read else None
        self._labels = read.labels
        read.finish()

    @quietly
    def read(self, outputs: Outputs) -> Array:
        """(n, classes): probabilities. Where the network's numbers are none, nothing is likely.

        A single output is the second class's, or the only one's: there a softmax would always say 1.
        """
        values = next((each for each in outputs.values() if is_classes(each.shape)), None)
        if values is None:
            raise unfit(outputs, "an output (n, classes)")
        values = values.reshape(len(values), -1)
        is_single = values.shape[-1] == 1
        if self._softmax if self._softmax is not None else not _are_likely(values, sums_to_one=not is_single):
            values = sigmoid(values) if is_single else softmax(values)
        if is_single and self._labels == 2:
            values = np.concatenate((1 - values, values), axis=1)
        check_classes(values.shape[-1], self._labels)
        found: Array = np.where(np.isfinite(values).all(axis=1, keepdims=True), values, np.float32(0))
        return found


def is_classes(shape: tuple[int | None, ...]) -> bool:
    return len(shape) >= 2 and shape[1] != 0 and all(side == 1 for side in shape[2:])


def _are_likely(values: Array, *, sums_to_one: bool) -> bool:
    within = bool((values >= 0).all() and (values <= 1 + NEARLY).all())
    return within and (not sums_to_one or bool((np.abs(values.sum(axis=1) - 1) < NEARLY).all()))
