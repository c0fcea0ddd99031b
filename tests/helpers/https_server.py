"""A server of https for every address, reached as the proxy that `https_proxy` names: nothing leaves the machine.

What the client sends through the tunnel is answered by a function of the test. The certificate is the tests' own and
holds for raw.githubusercontent.com and other.example alone; clients believe it because `SSL_CERT_FILE` says so.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("https_for_tests.pem")

Answer = Callable[[str, ssl.SSLSocket], None]
"""Called with the address asked for, on the server's thread; sends what it likes."""


def _not_told(address: str, tunnel: ssl.SSLSocket) -> None:
    send(tunnel, b"", status="404 Not Found")


@dataclass
class HttpsServer:
    environment: dict[str, str]
    """What makes a client come here."""
    answer: Answer = _not_told
    asked: list[str] = field(default_factory=list)
    """The addresses, in order."""


@contextlib.contextmanager
def serve() -> Iterator[HttpsServer]:
    """Serves until the block ends; one client after the other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = HttpsServer({"https_proxy": address, "no_proxy": "", "SSL_CERT_FILE": str(CERTIFICATE)})
        thread = threading.Thread(target=_serve, args=(listener, context, server), name="https server")
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, context: ssl.SSLContext, server: HttpsServer) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # the block has ended
            return
        with client:
            client.settimeout(30)
            with contextlib.suppress(OSError):  # the client has what it wants, or does not like what it gets
                _serve_client(client, context, server)


def _serve_client(client: socket.socket, context: ssl.SSLContext, server: HttpsServer) -> None:
    method, target = _read_head(client).split()[:2]
    assert method == "CONNECT"
    host = target.partition(":")[0]
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    with context.wrap_socket(client, server_side=True) as tunnel:
        address = f"https://{host}{_read_head(tunnel).split()[1]}"
        server.asked.append(address)
        server.answer(address, tunnel)


def _read_head(connection: socket.socket) -> str:
    """A request up to its empty line."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            raise ConnectionError("the client went away")
        head += byte
    return head.decode()


def send(tunnel: ssl.SSLSocket, body: bytes, *, status: str = "200 OK", **headers: str) -> None:
    """An answer; its length is told unless `headers` tell one. `Content_Length=""` tells none."""
    headers = {"Content_Length": str(len(body)), "Connection": "close"} | headers
    lines = [f"HTTP/1.1 {status}"] + [f"{name.replace('_', '-')}: {text}" for name, text in headers.items() if text]
    tunnel.sendall("\r\n".join([*lines, "", ""]).encode() + body)
