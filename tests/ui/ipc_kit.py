"""The player in a process of its own, driven over its socket as another program would."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.command import COMMAND, ROOT
from tests.ui.window_kit import wait_until

DEADLINE_S = 20.0
Message = dict[str, Any]


class Remote:
    """A client that reads line by line. Events that were not waited for stay in `events`."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect(str(path))
        self._file = self.socket.makefile("rb")
        self._number = 0
        self.events: list[Message] = []

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def read(self) -> Message:
        line = self._file.readline()
        assert line, "it hung up"
        message: Message = json.loads(line)
        return message

    def ask(self, *command: object) -> Message:
        """The answer; events that come before it are kept."""
        self._number += 1
        self.send(json.dumps({"command": command, "request_id": self._number}))
        answer = self.read_answer()
        assert answer.pop("request_id") == self._number, "answers come in order"
        return answer

    def read_answer(self) -> Message:
        """The next answer; events that come before it are kept."""
        while "event" in (message := self.read()):
            self.events.append(message)
        return message

    def send(self, line: str) -> None:
        self.socket.sendall(line.encode() + b"\n")

    def do(self, *command: object) -> Any:
        answer = self.ask(*command)
        assert answer["error"] == "success", (command, answer)
        return answer.get("data")

    def get(self, name: str) -> Any:
        return self.do("get_property", name)

    def until(self, name: str, fits: Callable[[Message], bool] = lambda _message: True) -> Message:
        """The next event of that name that fits; those before it are dropped."""
        while True:
            message = self.events.pop(0) if self.events else self.read()
            if message.get("event") == name and fits(message):
                return message

    def until_change(self, name: str, fits: Callable[[Any], bool] = lambda data: data is not None) -> Any:
        return self.until("property-change", lambda m: m["name"] == name and fits(m.get("data"))).get("data")

    def until_shown(self) -> None:
        """A picture is on screen, or sound is heard."""
        self.do("observe_property", 990, "time-pos")
        self.until_change("time-pos")
        self.do("unobserve_property", 990)

    def read_to_the_end(self) -> list[Message]:
        """Everything until it hangs up."""
        return [json.loads(line) for line in self._file]


class Running:
    """A player process and its socket."""

    def __init__(self, path: Path, process: subprocess.Popen[str]) -> None:
        self.path = path
        self.process = process

    def connect(self) -> Remote:
        wait_until(self._answers, "the socket", deadline_ms=int(DEADLINE_S * 1000))
        return Remote(self.path)

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.path)) == 0

    def end(self) -> int:
        """Its exit code, once it was asked to go."""
        self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode


@contextmanager
def running(folder: Path, *arguments: object, option: str = "--ipc-server") -> Iterator[Running]:
    """A player with a window on the offscreen platform; killed at the end if it is still there."""
    path = folder / "socket"
    command = [*COMMAND, "--no-config", "--vo", "raster", "--ao", "null", f"{option}={path}", *map(str, arguments)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Running(path, process)
        finally:
            process.kill()
            process.communicate()
