"""A PulseAudio of one's own, in a folder of its own, without hardware; its sinks come and go as asked."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time

DEADLINE_S = 12.0
IS_HERE = shutil.which("pulseaudio") is not None and shutil.which("pactl") is not None
MISSING = "needs pulseaudio and pactl (apt-get install pulseaudio pulseaudio-utils)"


class PulseError(Exception):
    """It does not start on this machine."""


class Pulse:
    """A sound server with the sinks `One` and `Two`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "SDL_", "XDG_"))}
        self.environment = {
            **kept, "XDG_RUNTIME_DIR": folder, "HOME": folder, "SDL_AUDIODRIVER": "pulseaudio",
            "PULSE_LATENCY_MSEC": "20", "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        }  # fmt: skip
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "-L", "module-native-protocol-unix"]
        for name in ("One", "Two"):
            command += ["-L", self._sink(name)]
        self._server = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + DEADLINE_S
        while self._ask("info").returncode != 0:
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise PulseError("PulseAudio does not start on this machine")
        self.make_default("One")

    def kill(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def freeze(self, frozen: bool) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def pull(self, name: str) -> None:
        modules = self._ask("list", "short", "modules").stdout.splitlines()
        number = next(line.split("\t")[0] for line in modules if f"sink_name={name}" in line)
        assert self._ask("unload-module", number).returncode == 0

    def put_in(self, name: str) -> None:
        assert self._ask("load-module", *self._sink(name).split(" ")).returncode == 0

    def make_default(self, name: str) -> None:
        assert self._ask("set-default-sink", name).returncode == 0

    def playing_on(self) -> set[str]:
        """The sinks that something plays on."""
        names = dict(line.split("\t")[:2] for line in self._ask("list", "short", "sinks").stdout.splitlines())
        inputs = self._ask("list", "short", "sink-inputs").stdout.splitlines()
        return {names[line.split("\t")[1]] for line in inputs}

    @staticmethod
    def _sink(name: str) -> str:
        return f"module-null-sink sink_name={name} sink_properties=device.description={name}"

    def _ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pactl", *command], env=self.environment, capture_output=True, text=True, timeout=DEADLINE_S, check=False
        )
