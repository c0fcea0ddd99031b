"""The whole product in a real window: an X server, real keys and mouse, and numbered pictures read off the screen."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.helpers.numbered import read_number_from_luma

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.helpers.clips import Clips

WIDTH, HEIGHT = 640, 480
"""The screen has the clips' shape: in full screen a picture fills it."""
WHOLE_SCREEN = slice(None), slice(None)
IN_WINDOW = slice(46, 351), slice(97, 503)
"""Where the picture is in a window of 500x400 at 50, 20; a few pixels more or less do not matter."""
DEADLINE_S = 15.0

_missing = [tool for tool in ("Xvfb", "xdotool", "import") if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(_missing), reason=f"a real window needs {', '.join(_missing)} (apt-get install)")


class Screen:
    """An X server of our own, its pointer and keyboard, and the player started on it."""

    def __init__(self, display: str, home: Path) -> None:
        self._environment = {
            **os.environ, "DISPLAY": display, "OVERPLAY_HOME": str(home), "SDL_AUDIODRIVER": "dummy",
            "QT_QPA_PLATFORM": "xcb",
        }  # fmt: skip

    @contextlib.contextmanager
    def player(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "player.cli", *arguments]
        with subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def do(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,  # a search that finds nothing fails
        )
        return done.stdout.strip()

    def window(self) -> str:
        """The id of the player's window, once it is on the screen."""
        found: list[str] = []

        def is_there() -> bool:
            found[:] = self.do("search", "--onlyvisible", "--name", "Overplay").split()
            return bool(found)

        wait_for(is_there, "the window")
        return found[0]

    def shot(self) -> NDArray[np.uint8] | None:
        """What is on the screen, as R'G'B'; None while that cannot be told."""
        command = ["import", "-window", "root", "-depth", "8", "rgb:-"]
        shot = subprocess.run(command, env=self._environment, capture_output=True, timeout=DEADLINE_S, check=True)
        pixels = np.frombuffer(shot.stdout, dtype=np.uint8)
        return pixels.reshape(HEIGHT, WIDTH, 3) if pixels.size == 3 * WIDTH * HEIGHT else None

    def number(self, part: tuple[slice, slice]) -> int | None:
        """The number of the picture in that part of the screen, rows and columns; None while something covers it."""
        command = ["import", "-window", "root", "-depth", "8", "gray:-"]
        shot = subprocess.run(command, env=self._environment, capture_output=True, timeout=DEADLINE_S, check=True)
        luma = np.frombuffer(shot.stdout, dtype=np.uint8)
        if luma.size != WIDTH * HEIGHT:
            return None
        try:
            return read_number_from_luma(luma.reshape(HEIGHT, WIDTH)[part])
        except ValueError:
            return None

    def wait_for_number(
        self, is_right: Callable[[int], bool], what: str, part: tuple[slice, slice] = WHOLE_SCREEN
    ) -> None:
        def seen() -> bool:
            number = self.number(part)
            return number is not None and is_right(number)

        wait_for(seen, what)


def wait_for(is_true: Callable[[], bool], what: str) -> None:
    """Ask again and again; every question goes through another process, which is pause enough."""
    end = time.monotonic() + DEADLINE_S
    while not is_true():
        assert time.monotonic() < end, f"not in time: {what}"


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    reader, writer = os.pipe()
    # Without -noreset the server starts over when its last client leaves, and a player that connects just then fails.
    command = [
        "Xvfb",
        "-noreset",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        f"{WIDTH}x{HEIGHT}x24",
        "-nolisten",
        "tcp",
    ]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        try:
            with open(reader, encoding="ascii") as told:
                number = told.readline().strip()
            assert number, "Xvfb did not start"
            yield Screen(f":{number}", tmp_path / "home")
        finally:
            server.terminate()


def test_keys_step_seek_play_and_quit(screen: Screen, clips: Clips, tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    clip = clips("cfr")
    with screen.player(str(clip), "--pause", "--fullscreen", "--stats", str(stats)) as player:
        screen.window()
        screen.wait_for_number(lambda number: number == 0, "the first picture")
        screen.do("key", "period")
        screen.wait_for_number(lambda number: number == 1, "one step")
        screen.do("key", "period", "period")
        screen.wait_for_number(lambda number: number == 3, "two more steps")
        screen.do("key", "shift+Right")
        screen.wait_for_number(lambda number: number == 28, "an exact seek of one second")
        screen.do("key", "Home")
        screen.wait_for_number(lambda number: number == 0, "the beginning")
        screen.do("key", "space")
        screen.wait_for_number(lambda number: number == 49, "the last picture")
        screen.do("key", "q")
        assert player.wait(DEADLINE_S) == 0
        assert player.stderr is not None
        assert player.stderr.read() == ""
    report = json.loads(stats.read_text())
    assert report["version"] == 1
    assert report["shown"] >= 40
    assert (tmp_path / "home" / "settings.ini").read_text().count("cfr.mp4") == 1


def test_mouse_and_full_screen(screen: Screen, clips: Clips) -> None:
    with screen.player(str(clips("cfr")), "--pause", "--geometry", "500x400+50+20") as player:
        window = screen.window()
        assert screen.do("getwindowname", window) == "cfr.mp4 — Overplay"
        wait_for(lambda: "500x400" in screen.do("getwindowgeometry", window), "the size asked for")
        screen.wait_for_number(lambda number: number == 0, "the first picture", IN_WINDOW)
        screen.do("mousemove", "--window", window, "250", "348", "click", "1")  # the middle of the seek slider
        screen.wait_for_number(lambda number: 23 <= number <= 27, "half-way", IN_WINDOW)
        screen.do("mousemove", "--window", window, "250", "150", "click", "--repeat", "2", "--delay", "40", "1")
        screen.wait_for_number(lambda number: 23 <= number <= 27, "half-way, in full screen")
        screen.do("key", "Escape")
        wait_for(lambda: "500x400" in screen.do("getwindowgeometry", window), "the window as it was")
        screen.do("key", "Escape")
        assert player.wait(DEADLINE_S) == 0


def test_a_file_that_cannot_be_opened_is_one_sentence_and_exit_code_2(screen: Screen, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("This is no film.\n" * 200)
    begun = time.monotonic()
    with screen.player(str(text)) as player:
        assert player.wait(DEADLINE_S) == 2
        assert time.monotonic() - begun < 5.0
        assert player.stderr is not None
        lines = player.stderr.read().splitlines()
    assert len(lines) == 1
    assert "text.mp4" in lines[0]


def test_ctrl_c_ends_it_cleanly(screen: Screen, clips: Clips) -> None:
    with screen.player(str(clips("cfr")), "--loop", "0") as player:
        screen.window()
        player.send_signal(signal.SIGINT)
        assert player.wait(DEADLINE_S) == 130
        assert player.stderr is not None
        assert player.stderr.read() == ""
