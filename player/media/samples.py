"""Sound between the filters and the device.

Plain memory, no numpy array: nothing that merely plays needs numpy, whose import costs 45 ms of start-up and 11 MB.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VALUE_BYTES = 4


class Samples:
    """Interleaved float32 samples, nominally in -1 to 1. Its length counts each once for all channels. Immutable."""

    __slots__ = ("channels", "data")

    def __init__(self, data: bytes | memoryview, channels: int) -> None:
        self.data = memoryview(data).toreadonly()
        """Their bytes."""
        self.channels = channels
        if self.data.nbytes % (_VALUE_BYTES * channels):
            raise ValueError("samples must be whole")

    @classmethod
    def silence(cls, count: int, channels: int) -> Samples:
        return cls(bytes(count * channels * _VALUE_BYTES), channels)

    @classmethod
    def joined(cls, parts: Sequence[Samples], channels: int) -> Samples:
        return parts[0] if len(parts) == 1 else cls(b"".join(part.data for part in parts), channels)

    @classmethod
    def of(cls, array: NDArray[np.float32]) -> Samples:
        """The samples of an array of shape (n, channels)."""
        return cls(array.astype("f4", copy=False).tobytes(), array.shape[1])

    def __len__(self) -> int:
        return self.data.nbytes // (_VALUE_BYTES * self.channels)

    def cut(self, first: int, last: int | None = None) -> Samples:
        """Samples `first` to `last` (exclusive; None: the end), without a copy."""
        step = _VALUE_BYTES * self.channels
        return Samples(self.data[first * step : None if last is None else last * step], self.channels)

    def array(self) -> NDArray[np.float32]:
        """Shape (n, channels), without a copy. For what draws or bends the sound: it loads numpy."""
        import numpy as np

        return np.frombuffer(self.data, np.float32).reshape(-1, self.channels)
