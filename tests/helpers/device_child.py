"""A player on SDL's sound in a process of its own, for `test_audio_devices_real`: says how it goes, line by line.

    python -m tests.helpers.device_child FILE [DEVICE]

Every 50 ms a JSON object on standard output: position, device, the warnings so far, and by how much the pictures come
earlier than at the last `fresh` (the median of some, so that a busy machine does not matter). Commands on standard
input, one a line: `device NAME`, `fresh`, `close`; after `close` it says how long that took and ends, also when SDL
is stuck.
"""

from __future__ import annotations

import json
import os
import select
import statistics
import sys
import threading
import time
from collections import deque

from player.audio.sdl_sink import open_sdl
from player.events import Warned
from player.options import OpenOptions
from player.player import Player

SAY_S = 0.05
PICTURES = 9


class Child:
    def __init__(self, path: str, device: str) -> None:
        self._woken = threading.Event()
        self.player = Player(now=time.monotonic, sinks=open_sdl, wakeup=self._woken.set)
        self.player.set_audio_device(device)
        self.player.open(path, OpenOptions())
        self._warnings: list[str] = []
        self._ahead: deque[float] = deque(maxlen=PICTURES)  # position minus wall clock, of the latest pictures
        self._ahead_then = 0.0
        self._said_at = 0.0
        self._unread = b""

    def run(self) -> None:
        while not self._take_command():
            self._woken.clear()
            look = self.player.refresh()
            self._warnings += [event.text for event in self.player.take_events() if isinstance(event, Warned)]
            now = time.monotonic()
            if look.changed and look.picture is not None and look.picture.time_s is not None:
                self._ahead.append(look.picture.time_s - now)
            if now - self._said_at >= SAY_S:
                self._said_at = now
                self._say()
            self._woken.wait(0.01 if look.wait_s is None else min(look.wait_s, 0.01))

    def _take_command(self) -> bool:
        """Whether it was the last one."""
        if select.select([sys.stdin], [], [], 0.0)[0]:
            read = os.read(sys.stdin.fileno(), 4096)
            self._unread += read or b"close\n"
        line, newline, self._unread = self._unread.partition(b"\n")
        if not newline:
            self._unread = line
            return False
        name, _, rest = line.decode().partition(" ")
        if name == "device":
            self.player.set_audio_device(rest)
        elif name == "fresh":
            self._ahead_then = statistics.median(self._ahead)
        return name == "close"

    def _say(self) -> None:
        snapshot = self.player.snapshot()
        say = {
            "position_s": snapshot.position_s,
            "device": snapshot.audio_device,
            "warnings": self._warnings,
            "jump_s": statistics.median(self._ahead) - self._ahead_then if self._ahead else 0.0,
        }
        print(json.dumps(say), flush=True)


def main() -> None:
    child = Child(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
    child.run()
    began = time.monotonic()
    child.player.close()
    print(json.dumps({"close_s": time.monotonic() - began}), flush=True)
    os._exit(0)  # as `ui.app` does when a thread hangs in a sound server that does not answer


if __name__ == "__main__":
    main()
