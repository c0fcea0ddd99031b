"""How fast the frame reader travels, alone: python -m tests.bench.frame_reader FILE [--rate R] [--budget-mb N] ...

Prints a JSON object: pictures a second over 600 consecutive steps with `prepare` to 1280x720, the longest gap, CPU
milliseconds a step, the cache's peak, and the time to single pictures far apart. `--rate` paces the steps.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import threading
import time

from player.media.frame_index import FrameIndex
from player.media.frame_reader import FrameReader
from player.media.packet_scan import PacketScan
from player.media.packets import read_packets
from player.media.raster import RasterConverter, RasterImage
from player.media.source import choose_track, open_source
from player.records import Picture, Track

SIZE = (1280, 720)


def index_of(path: str) -> tuple[Track, FrameIndex]:
    """From one demux pass: good enough for files without damage, which is what is measured."""
    source = open_source(path)
    try:
        track = choose_track(source, "video", None)
        assert track is not None
        stream = source.container.streams[track.index]
        assert stream.time_base is not None
        scan = PacketScan(stream.time_base)
        for packet in read_packets(source.container, [stream]):
            scan.add(packet)
        index = scan.predict(complete=True)
        assert index is not None
    finally:
        source.close()
    return track, index.settled(True)


class Trip:
    """Travels with a reader and takes the times."""

    def __init__(self, path: str, budget_bytes: int) -> None:
        self.track, self.index = index_of(path)
        self._came = threading.Event()
        self._converter = RasterConverter()
        self.prepare_s: list[float] = []
        self.peak_bytes = 0
        self.reader = FrameReader(
            path,
            self.track,
            index=lambda: self.index,
            budget_bytes=budget_bytes,
            prepare=self._prepare,
            wakeup=self._came.set,
            now=time.perf_counter,
        )

    def _prepare(self, picture: Picture) -> RasterImage:
        began = time.perf_counter()
        image = self._converter.convert(picture, SIZE)
        self.prepare_s.append(time.perf_counter() - began)
        return image

    def go(self, ordinal: int, direction: int) -> float:
        """Seconds until the picture is there."""
        began = time.perf_counter()
        self._came.clear()
        self.reader.want(ordinal, direction)
        while (picture := self.reader.get(ordinal)) is None:
            if not self._came.wait(20) or self.reader.failed:
                raise SystemExit(f"picture {ordinal} does not come: {self.reader.failed}")
            self._came.clear()
        assert picture.index == ordinal
        self.peak_bytes = max(self.peak_bytes, self.reader.size_bytes)
        return time.perf_counter() - began

    def travel(self, start: int, steps: int, rate: float) -> dict[str, float]:
        """`steps` steps from `start` on, back when negative; `rate` a second at most, 0 for as fast as they come."""
        direction = 1 if steps > 0 else -1
        last = began = time.perf_counter()
        cpu = time.process_time()
        gaps = []
        for count in range(1, abs(steps) + 1):
            self.go(start + direction * count, direction)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now
            if rate:
                time.sleep(max(0.0, began + count / rate - now))
        wall = time.perf_counter() - began
        return {
            "steps_a_second": round(abs(steps) / wall, 1),
            "longest_gap_ms": round(max(gaps) * 1e3, 1),
            "gaps_over_100_ms": sum(gap > 0.1 for gap in gaps),
            "cpu_ms_a_step": round((time.process_time() - cpu) / abs(steps) * 1e3, 1),
        }


def plain_cost_s(path: str, track: Track, count: int) -> float:
    """CPU seconds that decoding a picture takes, all in a row from the start, by all processors."""
    source = open_source(path)
    try:
        stream = source.container.streams.video[track.number - 1]
        stream.thread_type = "AUTO"
        began, done = time.process_time(), 0
        for done, _ in enumerate(source.container.decode(stream), 1):
            if done == count:
                break
        return (time.process_time() - began) / done
    finally:
        source.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--budget-mb", type=int, default=2048)
    parser.add_argument("--settle", type=float, default=0.6, help="seconds between a jump and the first step")
    parser.add_argument("--jumps", type=int, default=10)
    given = parser.parse_args()
    trip = Trip(given.file, given.budget_mb << 20)
    plain_s = plain_cost_s(given.file, trip.track, 250)
    steps = min(given.steps, trip.index.count * 9 // 10 - 1)
    numbers = random.Random(7)
    jumps = [trip.go(numbers.randrange(trip.index.count), 0) * 1e3 for _ in range(given.jumps)]
    result: dict[str, object] = {"jump_ms": round(statistics.median(jumps), 1), "jump_max_ms": round(max(jumps), 1)}
    for name, start, count in (("back", trip.index.count * 9 // 10, -steps), ("forward", 0, steps)):
        trip.go(start, 0)
        time.sleep(given.settle)
        result[name] = trip.travel(start, count, given.rate)
    result["plain_decode_cpu_ms"] = round(plain_s * 1e3, 1)
    result["prepare_ms"] = round(statistics.median(trip.prepare_s) * 1e3, 1)
    result["peak_mb"] = trip.peak_bytes >> 20
    trip.reader.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
