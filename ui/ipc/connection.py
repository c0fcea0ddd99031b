"""One client's socket: its bytes in, its lines out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from player.ipc.client import Client
from player.ipc.lines import Lines, LineTooLongError

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalSocket

    from player.ipc.commands import Commands

READ_BYTES = 1 << 16
"""Read at a time; what more a client sends waits in the kernel, and then in the client."""
MAX_UNREAD_BYTES = 4 << 20
"""A client that lets so much of what it was sent lie is not listening."""
FAREWELL_MS = 50


class Connection(QObject):
    """Owns the socket. Reads only what can be worked on."""

    waiting = Signal()  # there may be something to work on
    gone = Signal()

    def __init__(self, name: str, socket: QLocalSocket, commands: Commands, parent: QObject) -> None:
        super().__init__(parent)
        self.client = Client(name, commands, self._send)
        self.client.on_ready = self.waiting.emit
        self._lines = Lines()
        self._socket = socket
        self._open = True  # what is sent may arrive
        self._ending = False  # it hung up, and what it sent before is still worked on
        socket.setParent(self)
        socket.setReadBufferSize(READ_BYTES)
        socket.readyRead.connect(self.waiting)
        socket.disconnected.connect(self._on_disconnected)

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
        if not len(self._lines) and self._socket.bytesAvailable():
            try:
                self._lines.feed(bytes(self._socket.read(READ_BYTES).data()))
            except LineTooLongError:
                self.drop()
        return self._lines.take()

    def flush(self) -> None:
        """Sends now, without waiting for the event loop."""
        if self._open:
            self._socket.flush()

    def farewell(self) -> None:
        """Sends the rest, as far as the client takes it at once, and hangs up."""
        if self._open:
            self._open = False
            self._socket.flush()
            if self._socket.bytesToWrite():
                self._socket.waitForBytesWritten(FAREWELL_MS)
            self._socket.abort()

    def _send(self, line: bytes) -> None:
        if not self._open:
            return
        self._socket.write(line)
        if self._socket.bytesToWrite() > MAX_UNREAD_BYTES:
            self._socket.flush()
            if self._socket.bytesToWrite() > MAX_UNREAD_BYTES:
                self.drop()

    def drop(self) -> None:
        """Hangs up at once."""
        if self._open:
            self._open = False
            self._socket.abort()
            self._leave()

    @Slot()
    def _on_disconnected(self) -> None:
        """It hung up. What it asked for before that is still done, as by mpv, if nobody hears the answer."""
        if self._open:
            self._open = False
            self._ending = True
            self.waiting.emit()

    def _leave(self) -> None:
        self._ending = False
        self.client.on_ready = lambda: None
        self.gone.emit()
