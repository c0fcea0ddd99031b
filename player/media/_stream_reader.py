"""Reading what is not a regular file: a FIFO or a character device, without ever hanging in the kernel."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time


class Abort:
    """A flag that also wakes whoever waits in `poll` on `fileno()`. Set from any thread, at most once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._read_fd, self._write_fd = os.pipe()  # guarded by _lock; -1 once closed
        os.set_blocking(self._write_fd, False)

    def set(self) -> None:
        with self._lock:
            self._event.set()
            if self._write_fd >= 0:
                with contextlib.suppress(BlockingIOError):
                    os.write(self._write_fd, b"x")

    def is_set(self) -> bool:
        return self._event.is_set()

    def fileno(self) -> int:
        return self._read_fd

    def close(self) -> None:
        """Sets it and gives the pipe back. Call after every reader has ended."""
        with self._lock:
            self._event.set()
            for fd in {self._read_fd, self._write_fd} - {-1}:
                os.close(fd)
            self._read_fd = self._write_fd = -1


class StreamReader:
    """What PyAV reads a FIFO or device through: `read` waits for data, the abort, or the opening deadline.

    `deadline` is a time of `time.monotonic`, given by whoever opens; `opened` lifts it.
    """

    def __init__(self, path: str, abort: Abort | None, deadline: float) -> None:
        self.name = path
        self._abort = abort
        self._deadline: float | None = deadline
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        self.bytes_read = 0
        self.timed_out = False

    def opened(self) -> None:
        """From now on a slow writer is waited for until the abort."""
        self._deadline = None

    def read(self, size: int) -> bytes:
        """At most `size` bytes, b"" at the end or after the abort. Raises TimeoutError at the deadline."""
        while self._wait():
            try:
                data = os.read(self._fd, size)
            except BlockingIOError:
                continue  # someone else took it between poll and read
            self.bytes_read += len(data)
            return data
        return b""

    def _wait(self) -> bool:
        """True when a read would not block; False once aborted."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        if self._abort is not None:
            poll.register(self._abort.fileno(), select.POLLIN)
        timeout_ms = None
        if self._deadline is not None:
            timeout_ms = max(0.0, self._deadline - time.monotonic()) * 1000
        ready = {} if timeout_ms == 0.0 else dict(poll.poll(timeout_ms))
        if self._abort is not None and self._abort.is_set():
            return False
        if not ready:
            self.timed_out = True
            raise TimeoutError("no data in time")
        return True

    def why_not(self) -> str:
        """Why opening failed, after it did."""
        if self._abort is not None and self._abort.is_set():
            return "opening was stopped"
        if self.timed_out and not self.bytes_read:
            return "nothing arrived: it has no writer"
        if self.timed_out:
            return "no media was recognised in what arrived in time"
        return "it is not a media file" if self.bytes_read else "it is empty"

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
