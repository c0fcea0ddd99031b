"""The socket in the file system: made for its owner alone, never over anything that somebody still uses."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat

from player.errors import UsageError

BACKLOG = 30
ANSWER_S = 1.0
"""How long somebody who may be listening is waited for."""


class UnixSocket:
    """A listening socket at `path`. `close` ends it and takes its file away, if that is still ours.

    Raises UsageError when it cannot be had: something else is there, or another program answers on it.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        if not hasattr(socket, "AF_UNIX"):
            raise self._refusal("this system has no unix sockets")
        self._clear_stale()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        former = os.umask(0o177)  # the file must not be open to others even for a moment
        try:
            self._socket.bind(os.fsencode(self.path))
            self._socket.listen(BACKLOG)
            self._identity = _identity(os.lstat(self.path))
        except OSError as error:
            self._socket.close()
            raise self._refusal(error.strerror or str(error)) from error
        except UnicodeEncodeError as error:
            self._socket.close()
            raise self._refusal("its name is no file name") from error
        finally:
            os.umask(former)
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """The descriptor, which can be read when somebody waits to be let in."""
        return self._socket.fileno()

    def accept(self) -> socket.socket | None:
        """Lets the next client in; None when nobody waits."""
        try:
            return self._socket.accept()[0]
        except OSError:
            return None

    def close(self) -> None:
        """Takes the file away, too, unless it is not the one that was made here. May be called again."""
        self._socket.close()
        with contextlib.suppress(OSError):
            if _identity(os.lstat(self.path)) == self._identity:
                os.unlink(self.path)

    def _clear_stale(self) -> None:
        try:
            found = os.lstat(self.path)
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise self._refusal(getattr(error, "strerror", None) or str(error)) from error
        if not stat.S_ISSOCK(found.st_mode):
            raise self._refusal("there is something that is not a socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(ANSWER_S)
            answer = probe.connect_ex(self.path)
        if answer != errno.ECONNREFUSED:
            reason = "another program is listening there" if answer in (0, errno.EAGAIN) else os.strerror(answer)
            raise self._refusal(reason)
        try:
            if _identity(os.lstat(self.path)) == _identity(found):  # nobody was faster
                os.unlink(self.path)
        except OSError as error:
            raise self._refusal(error.strerror or str(error)) from error

    def _refusal(self, reason: str) -> UsageError:
        return UsageError(f"Cannot make the socket {self.path}: {reason[:1].lower()}{reason[1:]}.")


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
