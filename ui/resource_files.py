"""Text files of the `resources` package."""

from __future__ import annotations

import os

import resources

_FOLDER = next(iter(resources.__path__))


def resource_folder(name: str) -> str:
    """Where it lies, for Qt to read from."""
    return os.path.join(_FOLDER, name)


def read_resource(*path: str) -> str:
    """What the file at `path`, a name a folder, says. A plain read: importlib.resources costs the start-up 5 ms."""
    with open(os.path.join(_FOLDER, *path), encoding="utf-8") as file:
        return file.read()
