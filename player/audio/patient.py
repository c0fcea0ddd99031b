"""Calls that can hang for as long as a sound server does, made so that nobody waits for them for ever."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class NotInTimeError(Exception):
    """The call did not return before its limit; it goes on by itself."""


class _Call(Generic[T]):
    def __init__(self, what: Callable[[], T], undo: Callable[[T], None] | None) -> None:
        self.what = what
        self.undo = undo
        self.done = threading.Event()
        self.given_up = False  # guarded by the lock of PatientCalls
        self.result: list[T] = []  # the one thing it returned
        self.error: Exception | None = None

    def make(self) -> None:
        try:
            self.result.append(self.what())
        except Exception as error:  # it is raised again where the call was asked for
            self.error = error

    def take_back(self) -> None:
        if self.undo is not None:
            for result in self.result:
                self.undo(result)


class PatientCalls:
    """Makes calls one at a time on a thread that is there only while there are any. Any thread may ask.

    Libraries of sound systems are not safe to enter from two threads at once while they open and close,
    so a call also waits for those before it, within its own limit.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._calls: deque[_Call[Any]] = deque()  # guarded by _lock, as the one below
        self._serving = False

    def call(self, what: Callable[[], T], limit_s: float, *, undo: Callable[[T], None] | None = None) -> T:
        """What `what` returns or raises. NotInTimeError after `limit_s`.

        What was given up before its turn is not made at all when it has an `undo`; what returns too late is undone.
        """
        call: _Call[T] = _Call(what, undo)
        with self._lock:
            self._calls.append(call)
            if not self._serving:
                self._serving = True
                threading.Thread(target=self._serve, name=self._name).start()
        if not call.done.wait(limit_s):
            with self._lock:
                call.given_up = not call.done.is_set()
            if call.given_up:
                raise NotInTimeError
        if call.error is not None:
            raise call.error
        return call.result[0]

    def _serve(self) -> None:
        while True:
            with self._lock:
                if not self._calls:
                    self._serving = False
                    return
                call = self._calls.popleft()
                skipped = call.given_up and call.undo is not None
            if skipped:
                continue
            call.make()
            with self._lock:
                call.done.set()
                too_late = call.given_up
            if too_late:
                call.take_back()
