"""How quick `overplay analyze` is beside decoding alone and inference alone, in turns within one run.

    python -m tests.bench.analyze_speed VIDEO MODEL [PICTURES] [ROUNDS]

One after the other they would run at 1 / (1 / decoding + 1 / inference): the last figure is how many times that.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice

from player.analysis.backends.threads import usable_cores
from player.analysis.detector import Detector, open_detector
from player.analysis.inputs import list_inputs
from player.analysis.model_names import resolve_model
from player.analysis.offline import analyze
from player.analysis.picture_stream import Decoded, PictureStream
from player.analysis.selection import Selection
from player.analysis.trust import Trust
from player.ordinals import Ordinals

HELD = 16


def main(video: str, model: str, pictures: int = 200, rounds: int = 5) -> None:
    detector = open_detector(resolve_model(model), device="auto", trust=Trust(None), threads=usable_cores())
    try:
        _measure(video, detector, pictures, rounds)
    finally:
        detector.close()


def _measure(video: str, detector: Detector, pictures: int, rounds: int) -> None:
    files = list_inputs([video])
    with PictureStream(files, Ordinals(0, HELD), ahead=HELD) as stream:
        held = [each.picture for each in stream.take(HELD) if isinstance(each, Decoded)]

    def decode() -> None:
        with PictureStream(files, Ordinals(0, pictures)) as stream:
            while stream.take(1):
                pass

    def infer() -> None:
        for picture in islice(cycle(held), pictures):
            detector.infer([picture])

    def both() -> None:
        with PictureStream(files, Ordinals(0, pictures)) as stream:
            came = sum(1 for _ in analyze(stream, detector, Selection()))
        assert came == pictures, f"the video has {came} pictures"

    detector.infer(held[:1])
    works: dict[str, Callable[[], None]] = {"decoding alone": decode, "inference alone": infer, "analyze": both}
    walls: dict[str, list[float]] = {name: [] for name in works}
    processors: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            wall, processor = time.perf_counter(), time.process_time()
            work()
            walls[name].append(time.perf_counter() - wall)
            processors[name].append(time.process_time() - processor)
    print(f"{detector.card.name} by {detector.engine} on {detector.device}, {usable_cores()} cores, {video}")
    for name in works:
        rate = pictures / statistics.median(walls[name])
        cost_ms = statistics.median(processors[name]) / pictures * 1000
        print(f"{name:<16} {rate:7.1f}/s {cost_ms:6.1f} ms of CPU a picture")
    times = zip(*walls.values(), strict=True)
    gains = sorted((decoding + inference) / together for decoding, inference, together in times)
    print(f"times the rate of one after the other: {statistics.median(gains):.2f} ({gains[0]:.2f} to {gains[-1]:.2f})")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], *(int(text) for text in sys.argv[3:5]))
