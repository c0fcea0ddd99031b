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

HEAVY = {
    "numpy", "cv2", "torch", "onnxruntime", "scipy", "_hashlib", "ssl", "asyncio", "player.analysis", "player.training",
    "ui.training",
}  # fmt: skip
PROGRAM = """
import sys
from player.cli.main import main
code = main(sys.argv[1:])
print(*sys.modules)
import linecache
print(*linecache.cache)
ours = [module for name, module in sys.modules.items() if name.startswith(("player.", "ui."))]
kinds = {kind for module in ours for kind in vars(module).values() if isinstance(kind, type)}
print(*(f"{kind.__module__}.{kind.__name__}" for kind in kinds if "__dataclass_params__" in vars(kind)))
sys.exit(code)
"""


def loaded_by(home: Path, *arguments: str) -> list[set[str]]:
    """Of a process that played in a window, to the end, with SDL's sound: its modules, the source files that it read,
    and what the standard library made of our dataclasses."""
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "SDL_AUDIODRIVER": "dummy", "OVERPLAY_HOME": str(home),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--vo", "raster", "--autoexit", *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [set(line.split()) for line in done.stdout.split("\n")[:3]]


@pytest.mark.parametrize("options", [[], ["--start", "0.5"], ["--volume", "50", "--speed", "1.5"]], ids=str)
def test_playing_loads_neither_numpy_nor_openssl_nor_a_model_library_and_reads_no_source(
    clips: Clips, tmp_path: Path, options: list[str]
) -> None:
    stats = tmp_path / "stats.json"
    loaded, sources, slowly_made = loaded_by(tmp_path, *options, "--stats", str(stats), str(clips("cfr")))
    report = json.loads(stats.read_text())
    assert report["shown"] > 10
    assert "PySide6.QtWidgets" in loaded
    assert "player.audio.sdl_sink" in loaded
    assert "player.media.index_cache" in loaded
    assert not loaded & HEAVY
    assert not [name for name in sources if name.endswith("ui/main_window.py")], "PySide6 read what is imported"
    assert not slowly_made, "player.quick_dataclass is there for these"
