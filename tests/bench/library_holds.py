"""How long the model libraries keep every other thread from running while they load:
`python -m tests.bench.library_holds [--rounds 3]`.

Each is loaded in a process of its own, on a thread, as an analysis does it, and once as a plain import. Another thread
tells the longest time that it did not get the interpreter.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import subprocess
import sys
import threading
import time

from player.analysis.backends.onnxruntime_library import import_onnxruntime
from player.analysis.backends.torch_library import load_torch
from player.scopes.opencv import load_library
from ui.app import TURN_S
from ui.desktop import settle_memory

LIBRARIES = ("onnxruntime", "cv2", "torch")
LOOK_S = 0.0005


def load(library: str, *, plainly: bool) -> None:
    if not plainly:
        {"onnxruntime": import_onnxruntime, "cv2": load_library, "torch": load_torch}[library]()
    importlib.import_module(library)


def longest_hold_s(library: str, *, plainly: bool) -> float:
    sys.setswitchinterval(TURN_S)
    gc.disable()
    settle_memory()
    loader = threading.Thread(target=load, args=(library,), kwargs={"plainly": plainly})
    longest, looked = 0.0, time.perf_counter()
    loader.start()
    while loader.is_alive():
        time.sleep(LOOK_S)
        now = time.perf_counter()
        longest, looked = max(longest, now - looked), now
    return longest


def measure(library: str, how: str) -> float:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as the command has it
    command = [sys.executable, "-m", "tests.bench.library_holds", "--one", library, how]
    return float(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(longest_hold_s(options.one[0], plainly=options.one[1] == "plainly") * 1000.0)
        return
    for library in LIBRARIES:
        plainly, ours = (min(measure(library, how) for _ in range(options.rounds)) for how in ("plainly", "ours"))
        print(f"{library:12} plain import {plainly:6.1f} ms   ours {ours:6.1f} ms")


if __name__ == "__main__":
    main()
