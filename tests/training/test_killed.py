"""Kill -9 in the middle of it. tests/bench/killed_training.py does it more often."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.helpers.libraries import need_library, need_torch

need_torch()
need_library("matplotlib")
need_library("tensorboardX")

ROOT = Path(__file__).resolve().parents[2]


def test_a_run_that_was_killed_goes_on_to_the_same_end(tmp_path: Path) -> None:
    few = ("--kills", "2", "--pictures", "160", "--epochs", "2")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.bench.killed_training", *few, "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("2 kills, 0 runs that are not the same\n")
