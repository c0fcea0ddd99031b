"""Bookmarks on disk: one small file for every film that has some, named by the film's identity."""

from __future__ import annotations

import os
from pathlib import Path

from player.bookmarks import Marks, put, read_marks, to_csv, to_json
from player.errors import UsageError, plain
from player.file_identity import identity_of
from player.quick_dataclass import dataclass
from player.whole_file import write_whole

MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the bookmarks of one film are kept. Every call reads or writes files: for a thread that may wait."""

    path: str
    """The film's, as it was opened."""
    identity: str
    file: Path
    """Of its bookmarks; it need not exist."""

    def load(self) -> Marks:
        """Raises UsageError when what is there cannot be read; it is put aside then, not lost."""
        try:
            data = _read(self.file)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise UsageError(f"Cannot read the bookmarks: {error.strerror}.") from error
        try:
            return read_marks(data, self.file.name)
        except UsageError:
            aside = self.file.with_suffix(".broken")
            os.replace(self.file, aside)
            raise UsageError(f"The bookmarks cannot be read; they are now in {plain(str(aside))}.") from None

    def save(self, marks: Marks) -> None:
        """Whole or not at all. Raises UsageError."""
        try:
            if marks:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self.file, to_json(marks, identity=self.identity, file=plain(self.path)))
            else:
                self.file.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(f"Cannot keep the bookmarks: {error.strerror}.") from error


def shelf_of(path: str, folder: Path) -> Shelf | None:
    """None for what is not a regular file: nothing would find it again."""
    try:
        identity = identity_of(path)
    except OSError:
        return None
    return Shelf(path, identity, folder / f"{identity}.json")


def export_marks(marks: Marks, to: str, of: str) -> None:
    """As CSV where the name ends so, else as JSON. Raises UsageError, also when there is something of that name."""
    data = to_csv(marks) if to.lower().endswith(".csv") else to_json(marks, file=plain(os.path.basename(of)))
    try:
        write_whole(to, data, replace=False)
    except FileExistsError as error:
        raise UsageError(f"{plain(to)} exists.") from error
    except OSError as error:
        raise UsageError(f"Cannot write {plain(to)}: {error.strerror}.") from error


def import_marks(marks: Marks, path: str) -> Marks:
    """`marks` and those of a file. Raises UsageError."""
    try:
        data = _read(Path(path))
    except OSError as error:
        raise UsageError(f"Cannot read {plain(path)}: {error.strerror}.") from error
    return put(marks, *read_marks(data, os.path.basename(path)))


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError(22, "it is not a regular file")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(27, "it is too large")
    return data
