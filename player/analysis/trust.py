"""Which programs may be opened: those this product wrote, and those the user agreed to, by sha256."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from player.analysis.model_file import ModelFile
from player.errors import plain
from player.home import TRUST_REGISTRY, data_home


def registry_file() -> Path:
    """Where what is trusted is remembered. It need not exist yet."""
    return data_home() / TRUST_REGISTRY


class Trust:
    """Any thread. What is agreed to is remembered in `registry`; None remembers for this process alone.

    `named` are files the user vouched for on the command line: for this run, and for the bytes first opened there.
    The registry has a line a model, "sha256 why name", and is only ever added to: two processes may do so at once.
    """

    def __init__(self, registry: Path | None, *, named: Iterable[str | Path] = ()) -> None:
        self._registry = registry
        self._lock = threading.Lock()
        self._named = {os.path.abspath(path) for path in named}  # guarded by _lock
        self._trusted: set[str] = set()  # guarded by _lock

    def allows(self, file: ModelFile) -> bool:
        """Whether `file` may be opened: it is no program, or one that is trusted."""
        if not file.is_program:
            return True
        with self._lock:
            path = os.path.abspath(file.path)
            if path in self._named:
                self._named.discard(path)
                self._trusted.add(file.sha256)
            return file.sha256 in self._trusted or file.sha256 in self._remembered()

    def agree(self, sha256: str, name: str) -> None:
        """The user says that this program may run, now and later. Raises OSError where it cannot be remembered."""
        self._remember(sha256, "agreed", name)

    def wrote(self, sha256: str, name: str) -> None:
        """This product made that program. Raises OSError where it cannot be remembered."""
        self._remember(sha256, "written", name)

    def _remember(self, sha256: str, why: str, name: str) -> None:
        with self._lock:
            self._trusted.add(sha256)
            if self._registry is None or sha256 in self._remembered():
                return
            self._registry.parent.mkdir(parents=True, exist_ok=True)
            line = f"{sha256} {why} {plain(name)}\n".encode("utf-8", "replace")
            with open(os.open(self._registry, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab", 0) as file:
                file.write(line)

    def _remembered(self) -> set[str]:
        if self._registry is None:
            return set()
        try:
            text = self._registry.read_text("utf-8", "replace")
        except OSError:
            return set()
        return {line.partition(" ")[0] for line in text.splitlines()}
