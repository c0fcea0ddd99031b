"""What scripts do with bookmarks."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from player.ipc.errors import FAILED, UNAVAILABLE, IpcError
from player.ipc.host import Deferred

if TYPE_CHECKING:
    from player.bookmarks import Bookmark
    from player.errors import UsageError
    from player.records import Picture
    from ui.bookmarks.book import Book


class BookmarkRequests:
    """Requests become calls of the book; what cannot be done raises IpcError."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def bookmarks(self) -> list[dict[str, object]]:
        if self._book.path is None:
            raise IpcError(UNAVAILABLE)
        here = self._book.here
        return [asdict(mark) | ({"current": True} if mark is here else {}) for mark in self._book.marks]

    def add(self, picture: Picture | None, note: str) -> None:
        """`picture` is the one on screen, which the script has seen."""
        self._book.note_picture(picture)
        if self._book.add(note) is None:
            raise IpcError(FAILED)

    def remove(self, place: int | None) -> None:
        mark = self._book.here if place is None else self._at(place)
        if mark is None:
            raise IpcError(FAILED)
        self._book.remove(mark)

    def go(self, by: int, place: int | None) -> None:
        mark = self._book.find_by(by) if place is None else self._at(place)
        if mark is None:
            raise IpcError(FAILED)
        self._book.go(mark)

    def _at(self, place: int) -> Bookmark:
        if place >= len(self._book.marks):
            raise IpcError(FAILED)
        return self._book.marks[place]

    def export(self, path: str) -> Deferred:
        answer = Deferred()
        self._book.export(path, lambda error: _settle(answer, error))
        return answer

    def take_in(self, path: str) -> Deferred:
        if self._book.path is None:
            raise IpcError(FAILED)
        answer = Deferred()
        self._book.take_in(path, lambda error: _settle(answer, error))
        return answer


def _settle(answer: Deferred, error: UsageError | None) -> None:
    answer.settle(None if error is None else IpcError(FAILED))
