"""A model comes over https, whole and right, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from player.analysis.catalogue import find_entry
from player.analysis.download import FetchError, fetch, install
from player.analysis.model_names import place_of, resolve_model
from player.errors import ModelError
from tests.helpers.command import COMMAND, ROOT, overplay
from tests.helpers.https_server import HttpsServer, send, serve

CONTENT = bytes(range(256)) * 1000
_yolox = find_entry("yolox-nano")
assert _yolox is not None
ENTRY = replace(_yolox, size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all that is fetched goes."""
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpsServer]:
    """All that this process and its children ask the network for; set its `answer`."""
    with serve() as serving:
        for name, text in serving.environment.items():
            monkeypatch.setenv(name, text)
        yield serving


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_comes_is_in_its_place_and_known_by_its_name(server: HttpsServer) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, CONTENT)
    came: list[int] = []
    place = install(ENTRY, came.append)
    assert server.asked == [ENTRY.address]
    assert place.read_bytes() == CONTENT
    assert sum(came) == len(CONTENT)
    assert resolve_model("yolox-nano") == place == place_of(ENTRY)
    assert files_in(place.parent) == ["yolox-nano.onnx"]


def test_a_file_that_is_there_is_left_alone(server: HttpsServer) -> None:
    place = place_of(ENTRY)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"mine")
    with pytest.raises(ModelError, match=r"exists; --force replaces it"):
        install(ENTRY)
    assert (place.read_bytes(), server.asked) == (b"mine", [])
    server.answer = lambda _address, tunnel: send(tunnel, CONTENT)
    install(ENTRY, replace=True)
    assert place.read_bytes() == CONTENT


def refused(home: Path) -> str:
    """The sentence with which nothing is installed."""
    with pytest.raises(ModelError) as caught:
        install(ENTRY)
    assert files_in(home) == []
    return str(caught.value)


def test_another_file_is_not_installed(server: HttpsServer, home: Path) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, b"\1" + CONTENT[1:])
    assert refused(home).endswith("is another file than the catalogue's.")


@pytest.mark.parametrize("told", ["256001", ""])
def test_too_long_a_file_is_not_read_to_its_end(server: HttpsServer, home: Path, told: str) -> None:
    left = threading.Event()

    def answer(_address: str, tunnel: ssl.SSLSocket) -> None:
        try:
            send(tunnel, CONTENT + b"x", Content_Length=told)
            while True:
                tunnel.sendall(bytes(1 << 20))
        except OSError:
            left.set()

    server.answer = answer
    assert "256000" in refused(home)
    assert left.wait(30)


def test_a_file_that_breaks_off_is_not_installed(server: HttpsServer, home: Path) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, CONTENT[:1000], Content_Length="256000")
    assert "broke off after 1000 of 256000 bytes; with a browser, " + ENTRY.address in refused(home)


def test_an_answer_that_is_none_is_said(server: HttpsServer, home: Path) -> None:
    assert "raw.githubusercontent.com answered 404 Not Found" in refused(home)
    server.answer = lambda _address, tunnel: tunnel.sendall(b"good day\r\n\r\n")
    assert "raw.githubusercontent.com broke off (" in refused(home)


def test_a_redirect_to_another_address_of_https_is_followed(server: HttpsServer) -> None:
    def answer(address: str, tunnel: ssl.SSLSocket) -> None:
        if address == ENTRY.address:
            send(tunnel, b"", status="302 Found", Location="https://other.example/there")
        else:
            send(tunnel, CONTENT)

    server.answer = answer
    assert install(ENTRY).read_bytes() == CONTENT
    assert server.asked == [ENTRY.address, "https://other.example/there"]


@pytest.mark.parametrize("target", ["http://other.example/there", "ftp://other.example/there"])
def test_a_redirect_away_from_https_is_not_followed(server: HttpsServer, home: Path, target: str) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, b"", status="301 Moved Permanently", Location=target)
    assert "leads to an address that is not one of https" in refused(home)
    assert server.asked == [ENTRY.address]


def test_a_redirect_to_a_file_of_this_computer_is_not_followed(server: HttpsServer, home: Path) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, b"", status="302 Found", Location="file:///etc/passwd")
    assert "raw.githubusercontent.com answered 302" in refused(home)


@pytest.mark.parametrize("address", ["http://other.example/x", "file:///etc/passwd", "ftp://other.example/x", "x"])
def test_only_https_is_asked(server: HttpsServer, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.environment["https_proxy"])
    with pytest.raises(FetchError, match="not one of https"):
        fetch(address, 10, lambda _count: None)
    assert server.asked == []


def test_a_certificate_for_somebody_else_does_not_hold(server: HttpsServer) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, CONTENT)
    with pytest.raises(FetchError, match="its certificate does not hold"):
        fetch("https://third.example/x", len(CONTENT), lambda _count: None)
    assert server.asked == []


def test_a_certificate_nobody_knows_does_not_hold(server: HttpsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(FetchError, match="its certificate does not hold"):
        fetch(ENTRY.address, len(CONTENT), lambda _count: None)
    assert server.asked == []


def test_without_a_network_the_sentence_says_what_to_do_by_hand(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("no_proxy", "")
    sentence = refused(home)
    assert sentence.startswith("Cannot fetch yolox-nano: there is no connection to raw.githubusercontent.com (")
    assert sentence.endswith(f"); with a browser, {ENTRY.address} can be saved as {place_of(ENTRY)}.")


def test_a_folder_that_cannot_be_written_is_said(server: HttpsServer, home: Path) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, CONTENT)
    (home / "data").write_text("a file where a folder should be")
    with pytest.raises(ModelError, match=r"Cannot write .*yolox-nano\.onnx"):
        install(ENTRY)


# The command. The catalogue's own files are not here to be served, so that all it can be given is a wrong one.


def test_get_says_what_is_wrong_and_leaves_nothing(server: HttpsServer, home: Path) -> None:
    server.answer = lambda _address, tunnel: send(tunnel, bytes(3660092))
    run = overplay("models", "get", "yolox-nano")
    assert (run.returncode, run.stdout) == (2, "")
    progress, sentence = run.stderr.splitlines()
    assert progress.startswith("3.7 of 3.7 MB, ")
    assert sentence.startswith("overplay: Cannot fetch yolox-nano: what came from https://raw.githubusercontent.com/")
    assert files_in(home) == []


@pytest.mark.skipif(os.name != "posix", reason="signals as Unix has them")
def test_ctrl_c_ends_it_and_leaves_nothing(server: HttpsServer, home: Path) -> None:
    silent = threading.Event()

    def answer(_address: str, tunnel: ssl.SSLSocket) -> None:
        send(tunnel, bytes(200_000), Content_Length="3660092")
        silent.wait(30)

    server.answer = answer
    command = [*COMMAND, "models", "get", "yolox-nano", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["name"] == "yolox-nano"  # it is under way
        running.send_signal(signal.SIGINT)
        try:
            _, errors = running.communicate(timeout=20)
        finally:
            silent.set()
    assert (running.returncode, errors) == (130, "")
    assert files_in(home) == []


def test_get_of_a_stranger_names_the_catalogue() -> None:
    run = overplay("models", "get", "zebra")
    assert run.returncode == 2
    assert run.stderr.startswith("overplay: There is no zebra in the catalogue, which has fastestdet, ")


def test_list_tells_the_catalogues_files_from_others(home: Path) -> None:
    folder = home / "data" / "models"
    folder.mkdir(parents=True)
    (folder / "mine.onnx").write_bytes(b"x")
    (folder / "yunet.onnx").write_bytes(b"not it")
    run = overplay("models", "list", "--json")
    assert run.returncode == 0, run.stderr
    states = {each["name"]: (each["state"], each["path"]) for each in json.loads(run.stdout)}
    assert states["fastestdet"] == ("available", None)
    assert states["yunet"] == ("other file", str(folder / "yunet.onnx"))
    assert states["mine"] == ("own", str(folder / "mine.onnx"))
    for_people = overplay("models", "list").stdout.splitlines()
    assert len(for_people) == len(states) + 1
    assert for_people[-1] == f"Installed models are in {folder}; `overplay models get NAME` fetches one."
