"""Sound devices that come and go for real: PulseAudio sinks loaded and unloaded, its server killed and stopped.

A PulseAudio of the test's own, in a folder of its own, without hardware; the player is a child process, because SDL
takes its driver from the environment.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.clip_writer import AudioPlan, steady, write
from tests.helpers.pulse import DEADLINE_S, IS_HERE, MISSING, Pulse, PulseError

ROOT = Path(__file__).resolve().parents[2]
JUMP_S = 0.06
"""Half of what a device's queue holds, and what a busy machine may add: a change of device must not be seen."""

pytestmark = pytest.mark.skipif(not IS_HERE, reason=MISSING)


class Playing:
    """The child, as its last line told."""

    def __init__(self, pulse: Pulse, clip: Path, device: str = "") -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.device_child", str(clip), device],
            env=pulse.environment, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.last: dict[str, Any] = {}

    def tell(self, command: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(command + "\n")
        self._child.stdin.flush()

    def until(self, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first line from now on that is `done`."""
        deadline = time.monotonic() + DEADLINE_S
        assert self._child.stdout is not None
        while True:
            left = max(0.0, deadline - time.monotonic())
            assert select.select([self._child.stdout], [], [], left)[0], f"nothing more after {self.last}"
            line = self._child.stdout.readline()
            assert line, f"the player ended after {self.last}"
            self.last = json.loads(line)
            if done(self.last):
                return self.last
            assert time.monotonic() < deadline, f"still {self.last}"

    def until_on(self, device: str) -> dict[str, Any]:
        return self.until(lambda say: say.get("device") == device and say["position_s"] is not None)

    def until_further(self, seconds: float) -> dict[str, Any]:
        """Plays on for `seconds`."""
        end_s = self.last["position_s"] + seconds
        return self.until(lambda say: say["position_s"] >= end_s)

    def close(self) -> float:
        """Seconds that `Player.close` took."""
        self.tell("close")
        seconds = float(self.until(lambda say: "close_s" in say)["close_s"])
        assert self._child.wait(DEADLINE_S) == 0
        return seconds

    def end(self) -> None:
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    with tempfile.TemporaryDirectory(prefix="op-pulse-", dir="/tmp") as folder:  # a socket's path must be short
        server = Pulse(folder)
        try:
            server.start()
        except PulseError as error:
            pytest.skip(str(error))
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("devices") / "long.mp4"
    write(path, steady(500), AudioPlan(length_s=20.0))
    return path


@pytest.fixture
def play(pulse: Pulse, clip: Path) -> Iterator[Callable[..., Playing]]:
    children: list[Playing] = []

    def begin(device: str = "") -> Playing:
        children.append(Playing(pulse, clip, device))
        return children[-1]

    yield begin
    for child in children:
        child.end()


def test_a_device_that_is_pulled_out_and_put_in_again(pulse: Pulse, play: Callable[..., Playing]) -> None:
    playing = play("Two")
    playing.until_on("sdl/pulseaudio/Two")
    playing.until_further(0.5)
    assert pulse.playing_on() == {"Two"}
    playing.tell("fresh")
    pulse.pull("Two")
    playing.until_on("none")
    gone = playing.until_further(0.5)
    assert gone["warnings"] == ["the sound device went away; playing on without sound"]
    assert gone["jump_s"] == pytest.approx(0.0, abs=JUMP_S)
    pulse.put_in("Two")
    playing.until_on("sdl/pulseaudio/Two")
    back = playing.until_further(0.5)
    assert back["jump_s"] == pytest.approx(0.0, abs=JUMP_S)
    assert back["warnings"][1:] == ["Sound is back"]
    assert pulse.playing_on() == {"Two"}
    assert playing.close() < 2.0


def test_a_choice_the_default_and_a_server_that_dies(pulse: Pulse, play: Callable[..., Playing]) -> None:
    playing = play("Two")
    playing.until_on("sdl/pulseaudio/Two")
    playing.until_further(0.5)
    playing.tell("fresh")
    playing.tell("device ")
    playing.until_on("sdl/pulseaudio/One")
    assert playing.until_further(0.5)["jump_s"] == pytest.approx(0.0, abs=JUMP_S)
    assert pulse.playing_on() == {"One"}
    pulse.make_default("Two")
    playing.until(lambda _say: pulse.playing_on() == {"Two"})
    assert playing.last["warnings"] == []
    pulse.kill()
    playing.until_on("none")
    pulse.start()
    playing.until_on("sdl/pulseaudio/One")
    assert playing.until_further(0.5)["jump_s"] == pytest.approx(0.0, abs=JUMP_S)
    assert pulse.playing_on() == {"One"}


def test_a_server_that_does_not_answer(pulse: Pulse, play: Callable[..., Playing]) -> None:
    """At the start, and in the middle: SDL's own calls would hang with it, and so would the end."""
    pulse.freeze(True)
    playing = play()
    silent = playing.until_on("none")
    assert silent["warnings"] == ["no sound: the sound system does not answer; playing on without sound"]
    playing.until_further(0.3)
    pulse.freeze(False)
    playing.until_on("sdl/pulseaudio/One")
    playing.until_further(0.3)
    pulse.freeze(True)
    lost = playing.until_on("none")
    assert lost["warnings"][1:] == ["Sound is back", "the sound device takes no more sound; playing on without sound"]
    playing.until_further(1.0)
    assert playing.close() < 2.0
    pulse.freeze(False)
