"""Batches as they are needed: read by a thread that is a few ahead, or at once where reading is a mere copy."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor

from player.training.data.image_set import ImageSet, Places
from player.worker import Worker

AHEAD = 3
"""Batches that wait, at most."""
_PIECE = 16
"""Pictures read between two looks at whether anybody still wants them: the thread has to end in time."""

Batch = tuple[Tensor, Tensor]
"""Pictures uint8 [n, channels, height, width], labels int64 [n]."""


@contextlib.contextmanager
def read_batches(images: ImageSet, batches: Iterable[Places]) -> Iterator[Iterator[Batch]]:
    """The batches, in their order. What goes wrong in reading is raised where the batch is taken."""
    if images.in_memory:
        yield ((images.read(places), _labels(images, places)) for places in batches)
        return
    reader = _ReadAhead(images, batches)
    try:
        yield iter(reader)
    finally:
        reader.close()


class _ReadAhead:
    """Owns the thread that reads. Closing ends it, wherever it is."""

    def __init__(self, images: ImageSet, batches: Iterable[Places]) -> None:
        self._images = images
        self._batches = batches
        self._cond = threading.Condition()
        # guarded by _cond
        self._waiting: deque[Batch] = deque()
        self._ended = False
        self._closed = False
        self._error: BaseException | None = None
        self._worker = Worker("read-pictures", self._read_all, self._fail)
        self._worker.start()

    def __iter__(self) -> Iterator[Batch]:
        while True:
            with self._cond:
                self._cond.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    if self._error is not None:
                        raise self._error
                    return
                batch = self._waiting.popleft()
                self._cond.notify_all()
            yield batch

    def close(self) -> None:
        with self._cond:
            self._closed = True
            self._cond.notify_all()
        self._worker.join()

    def _read_all(self) -> None:
        for places in self._batches:
            pictures = self._read(places)
            with self._cond:
                self._cond.wait_for(lambda: self._closed or len(self._waiting) < AHEAD)
                if pictures is None or self._closed:
                    return
                self._waiting.append((pictures, _labels(self._images, places)))
                self._cond.notify_all()
        self._end()

    def _read(self, places: Places) -> Tensor | None:
        """A batch, or None when nobody wants it any more."""
        pieces = []
        for first in range(0, len(places), _PIECE):
            with self._cond:
                if self._closed:
                    return None
            pieces.append(self._images.read(places[first : first + _PIECE]))
        return torch.cat(pieces)

    def _fail(self, error: BaseException) -> None:
        self._error = error
        self._end()

    def _end(self) -> None:
        with self._cond:
            self._ended = True
            self._cond.notify_all()


def _labels(images: ImageSet, places: Places) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(images.labels[places]))
