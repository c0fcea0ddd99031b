"""Playing with a model beside playing without: `python -m tests.bench.with_model FILE MODEL [--rounds 3] [--sync]`.

Each round opens the window twice for some seconds, first without and then with the model, so that what else the machine
does weighs on both. Figures are from the playback report; needs a display.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

START_S = 2.0
"""What a window and a model may take to be there."""


def play(file: str, seconds: float, more: list[str]) -> dict[str, Any]:
    """The playback report of so many seconds in a window."""
    with tempfile.TemporaryDirectory() as folder:
        stats = Path(folder) / "stats.json"
        command = [sys.executable, "-m", "player.cli", file, "--loop", "0", "--no-config", "--ao", "null"]
        with subprocess.Popen([*command, "--stats", str(stats), *more]) as window:
            try:
                window.wait(seconds + START_S)
            except subprocess.TimeoutExpired:
                window.send_signal(signal.SIGINT)
        return dict(json.loads(stats.read_text()))


def line(name: str, report: dict[str, Any]) -> str:
    dropped = report["dropped_early"] + report["dropped_late"]
    late = report["late_ms"]
    text = (
        f"{name:8} shown {report['shown']:4}  dropped {dropped:3}  late p50 {late['p50']:6.2f} p95 {late['p95']:6.2f}"
    )
    inference = report.get("inference")
    if inference is None:
        return text
    ages, infer = inference["age_frames"], inference["infer_ms"]
    return (
        f"{text}  ran {inference['ran']:4}  infer p50 {infer['p50']:6.1f} ms"
        f"  age p50 {ages.get('p50')} p95 {ages.get('p95')}  without {inference['shown_without']}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("model")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--sync", action="store_true")
    options = parser.parse_args()
    model = ["--model", options.model, "--overlay", "sync" if options.sync else "live"]
    for _ in range(options.rounds):
        print(line("without", play(options.file, options.seconds, [])), flush=True)
        print(line("with", play(options.file, options.seconds, model)), flush=True)


if __name__ == "__main__":
    main()
