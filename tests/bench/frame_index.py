"""How long a file takes to index: python -m tests.bench.frame_index FILE [--repeat-to HOURS] [--playing]

Prints a JSON object: seconds until every packet was seen and until the numbers are final, a GB too, packets a second of
processor time, bytes a picture. `--repeat-to` puts the file's packets one behind the other into a file of that length
first, in the same format, and removes it.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from pathlib import Path

import av

from player.media.index_builder import IndexBuilder
from player.media.source import choose_track, open_source


def repeat(path: str, target: str, length_s: float) -> None:
    """The packets of the first video track again and again; the length is right to one repetition."""
    with av.open(path) as source, av.open(target, "w") as output:
        video = source.streams.video[0]
        packets = [packet for packet in source.demux(video) if packet.size]
        copy = output.add_stream_from_template(video)
        base = video.time_base
        assert base is not None
        begin = min(packet.pts for packet in packets if packet.pts is not None)
        end = max(packet.pts + (packet.duration or 0) for packet in packets if packet.pts is not None)
        shift = 0
        while shift * base < length_s:
            for packet in packets:
                again = av.Packet(bytes(packet))
                again.pts = None if packet.pts is None else packet.pts + shift
                again.dts = None if packet.dts is None else packet.dts + shift
                again.duration, again.is_keyframe = packet.duration, packet.is_keyframe
                again.time_base, again.stream = base, copy
                output.mux_one(again)
            shift += end - begin


def measure(path: str, *, playing: bool) -> dict[str, object]:
    """`playing`: as long as the player is busy only the packets are read, and the index stays provisional."""
    source = open_source(path)
    track = choose_track(source, "video", None)
    source.close()
    assert track is not None
    done = threading.Event()
    began, cpu = time.monotonic(), time.process_time()
    marks: dict[str, tuple[float, float]] = {}

    def on_change() -> None:
        index = builder.index
        mark = (time.monotonic() - began, time.process_time() - cpu)
        if index is not None and index.complete:
            marks.setdefault("packets", mark)
        if index is not None and index.final:
            marks.setdefault("final", mark)
        if builder.failed or "final" in marks or (playing and "packets" in marks):
            done.set()

    builder = IndexBuilder(path, track, on_change=on_change, cache=None, is_busy=lambda: playing)
    builder.start()
    done.wait()
    builder.close()
    index, size_gb = builder.index, os.path.getsize(path) / 1e9
    if index is None:
        return {"failed": builder.failed}
    report: dict[str, object] = {"pictures": index.count, "size_gb": round(size_gb, 3)}
    for name, (wall_s, cpu_s) in marks.items():
        report |= {f"{name}_s": round(wall_s, 3), f"{name}_cpu_s": round(cpu_s, 3)}
        report[f"{name}_s_a_gb"] = round(wall_s / size_gb, 2)
    if "packets" in marks:
        report["packets_a_cpu_s"] = round(index.count / marks["packets"][1])
    return report | {"bytes_a_picture": index.size_bytes / index.count, "why_decoded": builder.why_decoded}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--repeat-to", type=float, metavar="HOURS")
    parser.add_argument("--playing", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.file
        if asked.repeat_to:
            path = str(Path(folder) / Path(asked.file).name)
            repeat(asked.file, path, asked.repeat_to * 3600)
        print(json.dumps(measure(path, playing=asked.playing), indent=1))


if __name__ == "__main__":
    main()
