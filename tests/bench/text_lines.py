"""How good the detector of text lines is, and how fast.

    python -m tests.bench.text_lines [--model M] [--fonts DIR] [--count N] [--threads N]

Made pictures need fonts that nothing was learned from (those of the recipe text-lines; Matplotlib's DejaVu by
default), stills need ../shared.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from player.analysis.detector import open_detector
from player.analysis.inputs import list_inputs
from player.analysis.model_names import resolve_model
from player.analysis.picture_stream import Decoded, PictureStream
from player.analysis.trust import Trust
from player.home import DEFAULT_MODEL
from player.training.text.score import Score
from tests.helpers.some_fonts import carried_fonts
from tests.helpers.text_measure import DEMO, score_made, score_stills

_RUNS = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--fonts", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    detector = open_detector(resolve_model(given.model), device="cpu", trust=Trust(None), threads=given.threads)
    spec = detector.card.input
    print(f"{detector.card.name}, {spec.width}x{spec.height}, confidence from {detector.card.conf}")

    with PictureStream(list_inputs([str(DEMO)])) as stream:
        [read] = stream.take(1)
    assert isinstance(read, Decoded)
    picture = read.picture
    detector.infer([picture])
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(_RUNS):
        detector.infer([picture])
    took, worked = time.perf_counter() - began, time.process_time() - cpu
    rate = f"{_RUNS / took:.1f} pictures a second"
    print(f"720p: {rate} on {given.threads} thread(s); {worked / _RUNS * 1e3:.0f} ms of CPU each")

    _tell(f"{given.count} made pictures", score_made(detector, [given.fonts or carried_fonts()], given.count))
    total = Score()
    for name, found in score_stills(detector):
        total += found
        if found.hits < found.lines or found.wrong:
            print(f"  {name}: {found.hits} of {found.lines} lines, {found.wrong} wrong")
    _tell("stills", total)
    detector.close()


def _tell(what: str, found: Score) -> None:
    print(f"{what}: {found.lines} lines, precision {found.precision:.3f}, recall {found.recall:.3f}, F1 {found.f1:.3f}")


if __name__ == "__main__":
    main()
