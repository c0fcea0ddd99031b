"""`./run` once it is set up: what it hands to the command, from anywhere, with and without a display."""

from __future__ import annotations

import importlib.util
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

STUB = """#!/bin/sh
echo "$$"
echo "${DISPLAY-}"
printf '%s\\n' "$@"
echo .
read -r line
exit 7
"""
"""Stands in for the installed command: tells its process id, its display and its arguments, waits for a line."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout, in a folder with a space in its name, that looks set up and whose command is the stub."""
    root = tmp_path / "a checkout"
    (root / ".venv" / "bin").mkdir(parents=True)
    for name in ("run", ".setup.sh", "pyproject.toml"):
        shutil.copy2(ROOT / name, root / name)
    command = root / ".venv" / "bin" / "overplay"
    command.write_text(STUB)
    command.chmod(0o755)
    words = [(root / name).read_text().rstrip("\n") for name in ("pyproject.toml", ".setup.sh")]
    (root / ".venv" / ".ready-product").write_text(f"{root}\n{''.join(words)}\n")
    (root / ".venv" / ".system-product").touch()
    python = root / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return root


def start(root: Path, *words: str, display: str | None = ":5", **more: str) -> subprocess.Popen[str]:
    kept = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    env = {name: value for name, value in os.environ.items() if name not in kept} | more
    if display is not None:
        env["DISPLAY"] = display
    return subprocess.Popen(
        [str(root / "run"), *words],
        cwd="/",
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> tuple[int, str, list[str]]:
    """What the stub says before it waits: process id, display, arguments."""
    assert process.stdout is not None
    lines = [line.rstrip("\n") for line in iter(process.stdout.readline, ".\n")]
    return int(lines[0]), lines[1], lines[2:]


@pytest.mark.parametrize(
    ("words", "is_demo"),
    [
        ((), True),
        (("--autoexit", "--vo=raster"), True),
        (("--autoexit", "--stats", "/tmp/report.json"), True),
        (("--vo", "raster", "--mute"), True),
        (("--vo", "raster", "--mute", "clip.mp4"), False),
        (("clip.mp4",), False),
        (("--volume", "50", "two words.mp4"), False),
        (("--help",), False),
        (("doctor",), False),
    ],
)
def test_arguments_reach_the_command_and_the_demo_stands_in_for_a_file(
    checkout: Path, words: tuple[str, ...], is_demo: bool
) -> None:
    process = start(checkout, *words)
    pid, display, arguments = told(process)
    demo = [str(checkout / "resources" / "demo.mp4")] if is_demo else []
    assert [word for word in arguments if word] == [*words, *demo]
    assert display == ":5"
    _, errors = process.communicate("\n", timeout=20)
    assert errors == ""
    assert (pid, process.returncode) == (process.pid, 7), "the command is to take the script's place"


@pytest.mark.parametrize("words", [("doctor",), ("clip.mp4", "--help"), ("--vo=null", "clip.mp4")])
def test_what_opens_no_window_starts_no_screen(checkout: Path, words: tuple[str, ...]) -> None:
    process = start(checkout, *words, display=None)
    assert told(process)[1] == ""
    process.communicate("\n", timeout=20)


def test_a_platform_that_was_chosen_is_left_alone(checkout: Path) -> None:
    process = start(checkout, "clip.mp4", display=None, QT_QPA_PLATFORM="offscreen")
    assert told(process)[1] == ""
    process.communicate("\n", timeout=20)


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")
def test_without_a_display_one_is_started_said_and_ended(checkout: Path) -> None:
    process = start(checkout, "clip.mp4", display=None)
    pid, display, arguments = told(process)
    assert arguments == ["clip.mp4"]
    assert display.startswith(":")
    (screen,) = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    handle = os.pidfd_open(screen)
    try:
        _, errors = process.communicate("\n", timeout=20)
        assert errors.splitlines() == [f"run: there is no display; playing on a virtual one (Xvfb {display})"]
        assert (pid, process.returncode) == (process.pid, 7)
        ended, _, _ = select.select([handle], [], [], 20)
        assert ended, "Xvfb outlives the player"
    finally:
        os.close(handle)


def test_setting_up_has_qts_own_modules_compiled_once_and_for_all(tmp_path: Path) -> None:
    """On a copy of shiboken6: PySide6 then imports what was unpacked there, and an older version's leaves are gone."""
    shiboken6 = importlib.util.find_spec("shiboken6")
    if shiboken6 is None or not shiboken6.submodule_search_locations:
        pytest.skip("PySide6 is not installed")
    site = tmp_path / ".venv" / "lib" / "python3" / "site-packages"
    shutil.copytree(
        shiboken6.submodule_search_locations[0], site / "shiboken6", ignore=shutil.ignore_patterns("files.dir")
    )
    unpacked = site / "shiboken6" / "files.dir"
    unpacked.mkdir()
    (unpacked / "former.py").touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{site}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    script = f"set -euo pipefail; root={tmp_path}; source {ROOT}/.setup.sh; unpack_signatures"
    subprocess.run(["bash", "-c", script], check=True, timeout=60)
    asked = "import sys, PySide6.QtCore; print(sys.modules['shibokensupport.signature.loader'].__cached__)"
    told = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True, timeout=60).stdout
    assert Path(told.strip()).is_file()
    assert unpacked in Path(told.strip()).parents
    assert not (unpacked / "former.py").exists()
