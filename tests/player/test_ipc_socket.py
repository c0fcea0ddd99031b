"""The socket's file: for its owner alone, never in place of something that is still in use."""

from __future__ import annotations

import os
import socket
import stat
from typing import TYPE_CHECKING

import pytest

from player.errors import UsageError
from player.ipc.unix_socket import UnixSocket

if TYPE_CHECKING:
    from pathlib import Path


def make_stale(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as former:
        former.bind(str(path))


def test_only_the_owner_may_connect_and_its_file_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "s"
    before = os.umask(0)
    try:
        server = UnixSocket(str(path))
        assert os.umask(0) == 0, "the process's own mask is as it was"
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_ISSOCK(path.stat().st_mode)
    server.close()
    assert not path.exists()


def test_the_file_is_never_open_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its mode is right at the moment it appears, not soon after."""
    seen = []

    class Looking(socket.socket):
        def listen(self, backlog: int = 0, /) -> None:
            seen.append(stat.S_IMODE((tmp_path / "s").stat().st_mode))
            super().listen(backlog)

    monkeypatch.setattr(socket, "socket", Looking)
    UnixSocket(str(tmp_path / "s")).close()
    assert seen == [0o600]


def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s"
    make_stale(path)
    server = UnixSocket(str(path))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    server.close()


def test_a_socket_that_is_answered_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    first = UnixSocket(str(path))
    with pytest.raises(UsageError, match="another program is listening there"):
        UnixSocket(str(path))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    first.close()


@pytest.mark.parametrize("kind", ["file", "folder", "link", "fifo"])
def test_what_is_not_a_socket_is_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "s"
    match kind:
        case "file":
            path.write_text("precious")
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case _:
            make_stale(tmp_path / "target")
            path.symlink_to(tmp_path / "target")
    before = path.lstat()
    with pytest.raises(UsageError, match="there is something that is not a socket"):
        UnixSocket(str(path))
    assert path.lstat().st_ino == before.st_ino
    assert kind != "file" or path.read_text() == "precious"


@pytest.mark.parametrize("name", ["x" * 200, "no/such/folder", "a\0b", "\ud800"])
def test_a_path_that_cannot_be_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"^Cannot make the socket .*\.$"):
        UnixSocket(str(tmp_path / name))
    assert not os.listdir(tmp_path)


def test_another_ones_file_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "s"
    server = UnixSocket(str(path))
    path.unlink()
    make_stale(path)
    server.close()
    assert path.exists()
