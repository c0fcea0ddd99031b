"""One client's socket: its bytes in, its lines out."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from player.ipc.client import Client
from player.ipc.lines import Lines, LineTooLongError

if TYPE_CHECKING:
    import socket

    from player.ipc.commands import Commands

READ_BYTES = 1 << 16
"""Read at a time; what more a client sends waits in the kernel, and then in the client."""
MAX_UNREAD_BYTES = 4 << 20
"""A client that lets so much of what it was sent lie is not listening."""
FAREWELL_S = 0.05


class Connection(QObject):
    """Owns the socket. Reads only what can be worked on."""

    waiting = Signal()  # there may be something to work on
    gone = Signal()

    def __init__(self, name: str, socket: socket.socket, commands: Commands, parent: QObject) -> None:
        super().__init__(parent)
        self.client = Client(name, commands, self._send)
        self.client.on_ready = self.waiting.emit
        self._lines = Lines()
        self._socket = socket
        self._unsent = bytearray()
        self._readable = False  # and not looked for again until it was read
        self._open = True  # what is sent may arrive
        self._ending = False  # it hung up, and what it sent before is still worked on
        socket.setblocking(False)
        self._arrivals = QSocketNotifier(socket.fileno(), QSocketNotifier.Type.Read, self)
        self._arrivals.activated.connect(self._on_arrival)
        self._room = QSocketNotifier(socket.fileno(), QSocketNotifier.Type.Write, self)
        self._room.setEnabled(False)  # on while something is unsent
        self._room.activated.connect(self.flush)

    def work(self) -> bool:
        """Takes the next line up; False when there is none."""
        if self.client.busy:
            return False
        line = self._next_line()
        if line is None:
            if self._ending:
                self._leave()
            return False
        self.client.take(line)
        return True

    def _next_line(self) -> bytes | None:
        if not len(self._lines) and self._readable:
            self._read()
        return self._lines.take()

    @Slot()
    def _on_arrival(self) -> None:
        self._arrivals.setEnabled(False)
        self._readable = True
        self.waiting.emit()

    def _read(self) -> None:
        self._readable = False
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            data = None
        except OSError:
            data = b""
        if data == b"":
            # It hung up. What it asked for before that is still done, as by mpv, if nobody hears the answer.
            self._hang_up()
            self._ending = True
            return
        self._arrivals.setEnabled(True)
        try:
            self._lines.feed(data or b"")
        except LineTooLongError:
            self.drop()

    @Slot()
    def flush(self) -> None:
        """Sends now what the client takes, without waiting for the event loop."""
        try:
            while self._open and self._unsent:
                del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:  # it hung up: reading will say so, behind what it still asked for
            self._unsent.clear()
        if self._open:
            self._room.setEnabled(bool(self._unsent))

    def farewell(self) -> None:
        """Sends the rest, as far as the client takes it at once, and hangs up."""
        if self._open:
            with contextlib.suppress(OSError):
                self._socket.settimeout(FAREWELL_S)
                self._socket.sendall(self._unsent)
            self._hang_up()

    def _send(self, line: bytes) -> None:
        if not self._open:
            return
        self._unsent += line
        if len(self._unsent) > MAX_UNREAD_BYTES:
            self.flush()
            if len(self._unsent) > MAX_UNREAD_BYTES:
                self.drop()
                return
        self._room.setEnabled(True)

    def drop(self) -> None:
        """Hangs up at once."""
        if self._open:
            self._hang_up()
            self._leave()

    def _hang_up(self) -> None:
        self._open = False
        self._arrivals.setEnabled(False)
        self._room.setEnabled(False)
        self._unsent.clear()
        self._socket.close()

    def _leave(self) -> None:
        self._ending = False
        self.client.on_ready = lambda: None
        self.gone.emit()
