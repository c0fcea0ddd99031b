"""What playing a file loads: start-up and memory are measured (README), and a library that slips in costs both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clips

HEAVY = {"numpy", "cv2", "torch", "onnxruntime", "scipy", "_hashlib", "ssl", "asyncio", "player.analysis"}
PROGRAM = """
import sys
from player.cli.main import main
code = main(sys.argv[1:])
print(*sys.modules)
import linecache
print(*linecache.cache)
sys.exit(code)
"""


def loaded_by(home: Path, *arguments: str) -> tuple[set[str], set[str]]:
    """The modules of a process that played in a window, to the end, with SDL's sound, and the source files it read."""
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "SDL_AUDIODRIVER": "dummy", "OVERPLAY_HOME": str(home),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--vo", "raster", "--autoexit", *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    modules, sources = done.stdout.splitlines()
    return set(modules.split()), set(sources.split())


@pytest.mark.parametrize("options", [[], ["--start", "0.5"], ["--volume", "50", "--speed", "1.5"]], ids=str)
def test_playing_loads_neither_numpy_nor_openssl_nor_a_model_library_and_reads_no_source(
    clips: Clips, tmp_path: Path, options: list[str]
) -> None:
    stats = tmp_path / "stats.json"
    loaded, sources = loaded_by(tmp_path, *options, "--stats", str(stats), str(clips("cfr")))
    report = json.loads(stats.read_text())
    assert report["shown"] > 10
    assert "PySide6.QtWidgets" in loaded
    assert "player.audio.sdl_sink" in loaded
    assert "player.media.index_cache" in loaded
    assert not loaded & HEAVY
    assert not [name for name in sources if name.endswith("ui/main_window.py")], "PySide6 read what is imported"
