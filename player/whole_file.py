"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO


def write_whole(path: str | os.PathLike[str], data: bytes, *, replace: bool = True) -> None:
    """Writes `data` beside `path`, syncs it, and gives it its name. Raises OSError.

    Without `replace`, FileExistsError when there is something of that name. A character device
    (/dev/stdout, /dev/null) is written to as it is.
    """
    with open_whole(path, replace=replace) as file:
        file.write(data)


@contextlib.contextmanager
def open_whole(path: str | os.PathLike[str], *, replace: bool = True) -> Iterator[BinaryIO]:
    """A file to write piece by piece: it gets its name where the block ends well, and is gone where it does not.

    Otherwise as `write_whole`.
    """
    target = os.path.realpath(path)
    if _is_device(target):
        with open(target, "wb") as device:
            yield device
        return
    beside = f"{target}.{os.getpid()}.part"
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(beside, target)
        else:
            _name_once(beside, target)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def _is_device(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISCHR(mode):
        return True
    if not stat.S_ISREG(mode):
        raise FileExistsError(17, "there is something else of that name", path)
    return False


def _name_once(beside: str, target: str) -> None:
    """Like rename, but fails when `target` exists."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError as error:  # a file system without links
        if os.path.exists(target):
            raise FileExistsError(17, "File exists", target) from error
        os.rename(beside, target)
        return
    os.unlink(beside)
