"""A screen with OpenGL for programs that need one: Qt's off-screen platform has none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def x_server() -> Iterator[str]:
    """The DISPLAY of an Xvfb of our own."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed (package xvfb): the GPU view cannot be tried without a display")
    mine, its = os.pipe()
    command = [program, "-displayfd", str(its), "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[its], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(its)
    try:
        with os.fdopen(mine) as pipe:
            number = pipe.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here: the GPU view cannot be tried without a display")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def run_under(display: str, module: list[str], **environment: str) -> str:
    """What a module of ours, run as a program on that display, printed; it may warn of nothing."""
    settings = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", *module],
        cwd=ROOT,
        env=os.environ | settings | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == ""
    return done.stdout
