"""What one picture is taken for, and where in it that was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

KEPT = 100
"""So many classes of a picture are kept at most, the likeliest."""
SHOWN = 5
"""So many are shown."""
TOP = -1
"""In place of a class: the likeliest one."""


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """How much each part of a picture speaks for one class. The array is read-only."""

    values: NDArray[np.float32]
    """(rows, columns): 0 to 1, 1 where it speaks the most; all 0 where nothing does. As the picture is coded."""
    xyxy: tuple[float, float, float, float]
    """What it covers in coded pixels: left, top, right, bottom; a letterbox reaches beyond the picture."""
    seen: tuple[float, float, float, float]
    """What of the picture the network saw, likewise: beyond that the heat means nothing."""
    class_id: int

    def __post_init__(self) -> None:
        if self.values.ndim != 2:
            raise ValueError(f"a heat map is (rows, columns), not {self.values.shape}")
        self.values.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """The likeliest classes of one picture, the likeliest first; one at least. The arrays are read-only."""

    class_id: NDArray[np.int32]
    """(n,): place in the model's labels."""
    scores: NDArray[np.float32]
    """(n,): probabilities, 0 to 1."""
    heat: Heat | None = None

    def __post_init__(self) -> None:
        if not self.class_id.shape == self.scores.shape == (len(self.scores),) or not len(self.scores):
            raise ValueError(f"{self.class_id.shape} classes have {self.scores.shape} scores")
        for values in (self.class_id, self.scores):
            values.flags.writeable = False

    @property
    def nbytes(self) -> int:
        return self.class_id.nbytes + self.scores.nbytes + (0 if self.heat is None else self.heat.values.nbytes)

    @property
    def top(self) -> int:
        return int(self.class_id[0])

    def pairs(self, most: int = SHOWN) -> list[tuple[int, float]]:
        """Class and probability, the likeliest first."""
        return list(zip(self.class_id[:most].tolist(), self.scores[:most].tolist(), strict=True))

    def has_heat(self, wanted: int | None) -> bool:
        """Whether the heat map is that of the class `wanted`, which may be TOP; None: whether or not there is one."""
        if wanted is None:
            return True
        return self.heat is not None and self.heat.class_id == (self.top if wanted == TOP else wanted)

    def with_heat_of(self, wanted: int | None) -> Classes:
        """With no heat map but that of the class `wanted`."""
        if self.heat is None or (wanted is not None and self.has_heat(wanted)):
            return self
        return replace(self, heat=None)


def likeliest(probabilities: NDArray[np.float32], heat: Heat | None = None) -> Classes:
    """Of all classes' probabilities; of equal ones the first comes first."""
    order = np.argsort(-probabilities, kind="stable")[:KEPT]
    return Classes(order.astype(np.int32), probabilities[order].astype(np.float32), heat)


def class_name(labels: tuple[str, ...], class_id: int) -> str:
    """What the model calls a class; its number where it has no name."""
    return labels[class_id] if 0 <= class_id < len(labels) else str(class_id)
