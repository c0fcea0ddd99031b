"""What a model found in the pictures it has seen: bounded, and found again by the picture."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from player.analysis.detections import Result
from player.analysis.keys import Numbers, PictureKey, renumbered

MOST_RESULTS = 50_000
"""Half an hour at 30 pictures a second."""
RESULT_BYTES = 700
"""What a result takes besides its arrays."""


class ResultStore:
    """Results of one model for one file. The oldest go first when there are too many. Not for several threads."""

    def __init__(self, most_bytes: int, most: int = MOST_RESULTS) -> None:
        self._most_bytes = most_bytes
        self._most = most
        self._results: OrderedDict[int, Result] = OrderedDict()  # by a ticket, oldest first
        self._by_number: dict[tuple[int | None, int, bool], int] = {}  # pts, number and damage to ticket
        self._by_place: dict[tuple[int, int], int] = {}  # serial and order to ticket
        self._next = 0
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._results)

    def find(self, key: PictureKey) -> Result | None:
        """What was found in exactly this picture, however it was decoded."""
        ticket = self._ticket(key)
        return None if ticket is None else self._results[ticket]

    def add(self, result: Result) -> None:
        """In place of what was known of the same picture."""
        former = self._ticket(result.key)
        if former is not None:
            self._remove(former)
        self._put(self._next, result)
        self._next += 1
        self.size_bytes += _size(result)
        while len(self._results) > self._most or (self.size_bytes > self._most_bytes and len(self._results) > 1):
            self._remove(next(iter(self._results)))

    def number_by(self, numbers: Numbers | None) -> None:
        """Other numbers than those so far. What has no name by them is forgotten."""
        for ticket, result in list(self._results.items()):
            key = renumbered(result.key, numbers)
            if not key.is_same(key):
                self._remove(ticket)
            elif key != result.key:
                self._forget_names(ticket, result.key)
                self._put(ticket, replace(result, key=key))

    def clear(self) -> None:
        self._results.clear()
        self._by_number.clear()
        self._by_place.clear()
        self.size_bytes = 0

    def _ticket(self, key: PictureKey) -> int | None:
        for ticket in (
            None if key.index is None else self._by_number.get((key.pts, key.index, key.damaged)),
            self._by_place.get((key.serial, key.order)),
        ):
            if ticket is not None and self._results[ticket].key.is_same(key):
                return ticket
        return None

    def _put(self, ticket: int, result: Result) -> None:
        self._results[ticket] = result
        key = result.key
        if key.index is not None:
            self._by_number[key.pts, key.index, key.damaged] = ticket
        if key.order >= 0:
            self._by_place[key.serial, key.order] = ticket

    def _remove(self, ticket: int) -> None:
        result = self._results.pop(ticket)
        self.size_bytes -= _size(result)
        self._forget_names(ticket, result.key)

    def _forget_names(self, ticket: int, key: PictureKey) -> None:
        """Those that still mean this result: a later one may have taken a name over."""
        if key.index is not None and self._by_number.get((key.pts, key.index, key.damaged)) == ticket:
            del self._by_number[key.pts, key.index, key.damaged]
        if self._by_place.get((key.serial, key.order)) == ticket:
            del self._by_place[key.serial, key.order]


def _size(result: Result) -> int:
    return RESULT_BYTES + result.nbytes
