"""Going to any picture of a long file, beside mpv's exact seek there: python -m tests.bench.jump FILE [--rounds N]

Ours is asked for picture number n, mpv for the time of that picture; the files' rate must be constant. Each in turn, in
the same places, on a virtual screen. `repeat` in `tests.bench.frame_index` makes a file of two hours of a short one.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import av

from tests.bench.peers import MPV, OUR_WINDOW, OURS, PICTURE, screen
from tests.bench.soak import connect
from tests.ui.ipc_kit import Remote

PLACES = 12
FINAL_S = 120.0
REST_S = 0.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with av.open(asked.file) as container:
        video = container.streams.video[0]
        rate, duration_s = video.average_rate, float((container.duration or 0) / av.time_base)
    assert rate is not None, "the file has no rate"
    places = random.Random(5)
    numbers = [places.randrange(1000, int(duration_s * rate) - 1000) for _ in range(PLACES)]
    ours = [*OURS, "--geometry", OUR_WINDOW, "--ao", "null", "--pause"]
    mpv = [*MPV, "--ao=null", f"--geometry={PICTURE}", "--hr-seek=yes", "--pause", "--keep-open=yes"]
    took: dict[str, list[float]] = {"ours": [], "mpv": []}
    with screen(), tempfile.TemporaryDirectory() as folder:
        for number in range(asked.rounds):
            socket = str(Path(folder) / f"{number}")
            took["ours"] += jumps([*ours, asked.file], socket + "o", [["overplay/go-to-frame", n] for n in numbers])
            to_times = [["seek", float((n + 0.01) / rate), "absolute+exact"] for n in numbers]
            took["mpv"] += jumps([*mpv, asked.file], socket + "m", to_times)
    print(json.dumps({name: summary(values) for name, values in took.items()}))
    return 0


def summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"median_ms": round(statistics.median(ordered)), "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))])}


def jumps(command: list[str], socket: str, asks: list[list[Any]]) -> list[float]:
    """Milliseconds from each ask until its picture is on screen."""
    process = subprocess.Popen([*command[:-1], f"--input-ipc-server={socket}", command[-1]])
    try:
        with connect(Path(socket), process) as remote:
            if asks[0][0].startswith("overplay/"):
                wait_for_numbers(remote)
            else:
                time.sleep(1.0)
            return [jump(remote, ask) for ask in asks]
    finally:
        process.terminate()
        process.wait(10)


def wait_for_numbers(remote: Remote) -> None:
    deadline = time.monotonic() + FINAL_S
    while not (remote.ask("get_property", "overplay/index").get("data") or {}).get("final"):
        assert time.monotonic() < deadline, "the numbers are not final"
        time.sleep(0.3)


def jump(remote: Remote, ask: list[Any]) -> float:
    time.sleep(REST_S)
    remote.get("pause")
    remote.events.clear()
    began = time.perf_counter()
    remote.do(*ask)
    remote.until("playback-restart")
    took_ms = (time.perf_counter() - began) * 1000.0
    if ask[0] == "overplay/go-to-frame":
        assert remote.get("overplay/frame")["index"] == ask[1]
    return took_ms


if __name__ == "__main__":
    sys.exit(main())
