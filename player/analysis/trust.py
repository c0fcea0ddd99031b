"""Which programs may be opened: those this product wrote, and those the user agreed to, by sha256."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from player.analysis.model_file import ModelFile


class Trust:
    """Any thread. What is agreed to is remembered in `registry`; None remembers for this process alone.

    `named` are files the user vouched for on the command line: for this run, and for the bytes first opened there.
    """

    def __init__(self, registry: Path | None, *, named: Iterable[str | Path] = ()) -> None:
        raise NotImplementedError

    def allows(self, file: ModelFile) -> bool:
        """Whether `file` may be opened: it is no program, or one that is trusted."""
        raise NotImplementedError

    def agree(self, sha256: str, name: str) -> None:
        """The user says that this program may run, now and later."""
        raise NotImplementedError

    def wrote(self, sha256: str, name: str) -> None:
        """This product made that program."""
        raise NotImplementedError
