"""Libraries that are loaded beside the start of Python."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from player.cli.main import _opens_a_window
from player.preload import _libraries

PROGRAM = """
import threading
from pathlib import Path
from player.preload import preload
preload()
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(20)
before = Path("/proc/self/maps").read_text()
import av
after = Path("/proc/self/maps").read_text()
print("libavcodec" in before, before.count("libavcodec") == after.count("libavcodec"))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it is for Linux")
def test_pyav_finds_its_libraries_loaded() -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["True", "True"]


@pytest.mark.skipif(sys.platform != "linux", reason="it is for Linux")
def test_each_wheel_has_them_where_they_are_looked_for() -> None:
    """Another wheel may lay them out otherwise: then the start is slower, and nothing else tells."""
    pytest.importorskip("PySide6", exc_type=ImportError)
    paths = list(_libraries())
    assert all(path.is_file() for path in paths)
    homes = Counter(path.parent.name for path in paths)
    assert (homes["av.libs"], homes["lib"], homes["platforms"], homes["PySide6"]) == (3, 3, 1, 4)
    assert homes["av"] > 5


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("", True), ("a.mp4", True), ("--ao null a.mp4", True), ("a.mp4 --vo raster", True),
        ("--vo null a.mp4", False), ("a.mp4 --vo=null", False), ("probe a.mp4", False), ("--help", False),
    ],
)  # fmt: skip
def test_only_a_window_needs_them(line: str, opens: bool) -> None:
    assert _opens_a_window(line.split()) == opens
