"""Every playable file of the shared media: pictures by number, steps, seeks and play show the decoder's sequence.

usage: python -m tests.bench.frame_sweep [GO_TO [SEEKS [NAME...]]]
50 pictures are gone to in each file, from each ten steps back and ten forward, then 20 random seeks with a stretch of
play; number, timestamp and md5 of every picture on screen are compared. Prints a line a file; 1 when anything differs.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.helpers.media import MEDIA
from tests.helpers.sweep import sweep

NO_MEDIA = frozenset({".json", ".tsv", ".md", ".gz"})


def main(arguments: list[str]) -> int:
    goes, seeks = (int(arguments[0]) if arguments else 50), (int(arguments[1]) if len(arguments) > 1 else 20)
    names = set(arguments[2:])
    bad = 0
    for path in sorted(each for each in MEDIA.iterdir() if each.is_file() and each.suffix not in NO_MEDIA):
        if names and path.name not in names:
            continue
        bad += _report(path, goes, seeks)
    print(f"{bad} files differ")
    return 1 if bad else 0


def _report(path: Path, goes: int, seeks: int) -> bool:
    began = time.monotonic()
    try:
        seen = sweep(path, goes=goes, walks=goes, seeks=seeks)
    except AssertionError as error:
        print(f"{path.name}: FAILED {str(error)[:300]}", flush=True)
        return True
    if seen.skipped:
        print(f"{path.name}: - {seen.skipped}", flush=True)
        return False
    state = "damaged" if seen.damaged else "whole"
    told = f"{seen.pictures} pictures, {state}, {seen.checked} checks, {time.monotonic() - began:.1f} s"
    print(f"{path.name}: {'DIFFERS' if seen.wrong else 'equal'}, {told}", flush=True)
    for line in seen.wrong[:5]:
        print(f"    {line}", flush=True)
    return bool(seen.wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
