"""A long session that is driven hard: `.venv/bin/python -m tests.bench.soak [--minutes 30] [--model M] [-o F.json]`.

A small playlist plays in a loop, in a real window (Xvfb), with sound on a PulseAudio of its own, and is driven over the
JSON IPC: seeks, pauses, steps, speeds, files, tracks, and sound devices that go away and come back; with a model, that
looks at the pictures all the while. Between such bouts it is left in peace for a while, and then threads, handles,
memory and sound minus picture are taken, always on the same file. At the end a table, what grew and what drifted, and
PASS or FAIL (exit code 0 or 1). Takes its time, and is not part of the tests.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from tests.bench.peers import KEPT, ROOT, screen
from tests.bench.soak_verdict import Record, Sample, Stretch, judge, table
from tests.helpers.pulse import IS_HERE, MISSING, Pulse
from tests.ui.ipc_kit import Remote

CLIP_S = 180
CLIPS = {
    "h264.mkv": ("size=1280x720:rate=30", ["-c:v", "libx264", "-preset", "veryfast", "-g", "120", "-c:a", "aac"]),
    "fast.mp4": ("size=960x540:rate=60", ["-c:v", "libx264", "-preset", "veryfast", "-g", "240", "-c:a", "aac"]),
    "mpeg.ts": ("size=720x576:rate=25", ["-c:v", "mpeg2video", "-b:v", "4M", "-c:a", "mp2"]),
}
"""The first is the one that is measured."""
CUES = "1\n00:00:00,500 --> 00:01:00,000\nA line\n\n2\n00:01:00,000 --> 00:02:50,000\nAnother\n"
BOUT_S = 25.0
CALM_S = 26.0
SETTLE_S = 6.0
"""Of the calm: until what was asked for is over and the sound is back."""
SAMPLE_S = 1.0
STRETCH_S = 90.0
STRETCH_EVERY_MIN = 7.0
SOUND_BACK_S = 15.0
ANSWER_S = 20.0
LEAST_LOOKS_S = 1.0
"""Pictures that a model looks at in a second of the session, at least."""
KILL_SHARE = 0.2
"""Of the device losses: the whole sound server is killed."""


class Soak:
    """One session. `now` counts seconds."""

    def __init__(
        self, remote: Remote, process: subprocess.Popen[bytes], pulse: Pulse, record: Record, seed: int
    ) -> None:
        self._remote = remote
        self._process = process
        self._pulse = pulse
        self._record = record
        self._random = random.Random(seed)
        self._began = time.monotonic()
        self._actions: list[tuple[str, int, Callable[[], None]]] = [
            ("seek exact", 8, lambda: self._seek("absolute+exact", 0.0, CLIP_S)),
            ("seek to key", 4, lambda: self._seek("absolute+keyframes", 0.0, CLIP_S)),
            ("seek on", 4, lambda: self._seek("relative+exact", -20.0, 20.0)),
            ("seek on to key", 2, lambda: self._seek("relative+keyframes", -20.0, 20.0)),
            ("pause", 3, lambda: self._ask("cycle", "pause")),
            ("step", 3, lambda: self._ask("frame-step")),
            ("step back", 3, lambda: self._ask("frame-back-step")),
            ("speed", 2, lambda: self._ask("set_property", "speed", self._random.choice((0.5, 1.0, 1.5, 2.0)))),
            ("file", 2, lambda: self._ask(self._random.choice(("playlist-next", "playlist-prev")))),
            ("audio track", 2, lambda: self._ask("cycle", "aid")),
            ("subtitle track", 2, lambda: self._ask("cycle", "sid")),
            ("video track", 1, lambda: self._ask("cycle", "vid")),
            ("device", 2, self._lose_device),
        ]

    @property
    def _at_s(self) -> float:
        return time.monotonic() - self._began

    def run(self) -> None:
        end_s = self._record.minutes * 60.0
        count = max(1, round(self._record.minutes / STRETCH_EVERY_MIN))
        stretches = [end_s * (number + 0.5) / count for number in range(count)]
        while self._at_s < end_s:
            self._disturb(self._at_s + BOUT_S)
            self._calm_down()
            self._watch(self._at_s + CALM_S - SETTLE_S)
            if stretches and self._at_s >= stretches[0]:
                del stretches[0]
                self._stretch()

    def _disturb(self, end_s: float) -> None:
        names = [name for name, _, _ in self._actions]
        weights = [weight for _, weight, _ in self._actions]
        act = {name: action for name, _, action in self._actions}
        while self._at_s < end_s:
            name = self._random.choices(names, weights)[0]
            act[name]()
            self._record.done[name] = self._record.done.get(name, 0) + 1
            time.sleep(self._random.choice((0.02, 0.1, 0.3, 0.8)))
            self._remote.events.clear()
        self._sample(calm=False)

    def _ask(self, *command: object) -> None:
        """What the player may well refuse, like going before the first file."""
        self._remote.ask(*command)

    def _seek(self, flags: str, least: float, most: float) -> None:
        self._ask("seek", self._random.uniform(least, most), flags)

    def _lose_device(self) -> None:
        if self._random.random() < KILL_SHARE:
            self._pulse.kill()
            time.sleep(self._random.uniform(0.5, 3.0))
            self._pulse.start()
        else:
            playing = sorted(self._pulse.playing_on()) or ["One"]
            self._pulse.pull(playing[0])
            time.sleep(self._random.uniform(0.2, 3.0))
            self._pulse.put_in(playing[0])
            self._pulse.make_default("One")

    def _calm_down(self) -> None:
        """The first file from its beginning, playing as at the start, with its sound."""
        for name, value in (("playlist-pos", 0), ("speed", 1.0), ("pause", False)):
            self._remote.do("set_property", name, value)
        opened = self._until("the first file is open", lambda: self._value("filename") == "h264.mkv" and self._tracks())
        if opened:
            for name, value in (("vid", 1), ("aid", 1), ("sid", 1)):
                self._remote.do("set_property", name, value)
            self._remote.do("seek", 1.0, "absolute+exact")
        self._until("sound is back", lambda: str(self._device()).startswith("sdl/"))
        time.sleep(SETTLE_S)

    def _tracks(self) -> bool:
        return bool(self._value("track-list"))

    def _device(self) -> object:
        return self._sound().get("device", "")

    def _underruns(self) -> int:
        return int(self._sound().get("underruns", 0))

    def _sound(self) -> dict[str, Any]:
        stats: dict[str, Any] = self._value("overplay/stats") or {}
        return dict(stats.get("audio", {}))

    def _value(self, name: str) -> Any:
        return self._remote.ask("get_property", name).get("data")

    def _until(self, what: str, happened: Callable[[], object]) -> bool:
        deadline = time.monotonic() + SOUND_BACK_S
        while not happened():
            if time.monotonic() > deadline:
                self._record.troubles.append(f"at {self._at_s:.0f} s: not within {SOUND_BACK_S:.0f} s: {what}")
                return False
            time.sleep(0.1)
        return True

    def _watch(self, end_s: float) -> None:
        while self._at_s < end_s:
            self._sample(calm=True)
            time.sleep(SAMPLE_S)
            self._remote.events.clear()

    def _stretch(self) -> None:
        """Plays undisturbed, told of each picture as it comes on screen."""
        self._remote.do("seek", 1.0, "absolute+exact")
        time.sleep(SETTLE_S)
        self._remote.events.clear()
        underruns = self._underruns()
        self._remote.do("observe_property", 1, "time-pos")
        ahead: list[tuple[float, float]] = []
        end = time.monotonic() + STRETCH_S
        while time.monotonic() < end:
            position_s = self._remote.until_change("time-pos")
            at = time.monotonic()
            ahead.append((at, position_s - at))
        self._remote.do("unobserve_property", 1)
        tenth = len(ahead) // 10
        gained_s = statistics.median(e for _, e in ahead[-tenth:]) - statistics.median(e for _, e in ahead[:tenth])
        stretch = Stretch(
            at_s=round(self._at_s, 1),
            length_s=STRETCH_S,
            gained_ms=round(gained_s * 1000.0, 2),
            underruns=self._underruns() - underruns,
            load=round(os.getloadavg()[0] / (os.cpu_count() or 1), 2),
        )
        self._record.stretches.append(stretch)

    def _sample(self, *, calm: bool) -> None:
        process = Path(f"/proc/{self._process.pid}")
        stats: dict[str, Any] = self._value("overplay/stats") or {}
        av_sync = self._value("avsync") if calm else None
        sample = Sample(
            at_s=round(self._at_s, 1),
            calm=calm,
            threads=tuple(sorted(_names(process / "task"))),
            handles=len(list((process / "fd").iterdir())),
            rss_mb=_field(process / "status", "VmRSS:"),
            pss_mb=_field(process / "smaps_rollup", "Pss:"),
            dropped=stats.get("dropped_early", 0) + stats.get("dropped_late", 0),
            late_p95_ms=stats.get("late_ms", {}).get("p95"),
            av_diff_ms=None if av_sync is None else av_sync * 1000.0,
        )
        self._record.samples.append(sample)


def _field(path: Path, name: str) -> float:
    """A line's number of kilobytes, in MB."""
    line = next(each for each in path.read_text().splitlines() if each.startswith(name))
    return round(int(line.split()[1]) / 1024.0, 1)


def _names(tasks: Path) -> Iterator[str]:
    for task in tasks.iterdir():
        try:
            yield (task / "comm").read_text().strip()
        except OSError:
            continue  # it has just ended


def make_clips() -> list[Path]:
    """Two sound tracks each; the first has subtitles, too."""
    KEPT.mkdir(parents=True, exist_ok=True)
    cues = KEPT / "soak.srt"
    cues.write_text(CUES)
    clips = []
    for name, (picture, coding) in CLIPS.items():
        clip = KEPT / name
        clips.append(clip)
        if clip.exists():
            continue
        inputs = ["-f", "lavfi", "-i", f"testsrc2={picture}:duration={CLIP_S}"]
        for hertz in (440, 660):
            inputs += ["-f", "lavfi", "-i", f"sine={hertz}:sample_rate=48000:duration={CLIP_S}"]
        maps = ["-map", "0", "-map", "1", "-map", "2"]
        if name.endswith(".mkv"):
            inputs += ["-i", str(cues)]
            maps += ["-map", "3"]
        part = clip.with_name(f"part-{name}")
        command = ["ffmpeg", "-v", "error", "-y", *inputs, *maps, *coding, "-pix_fmt", "yuv420p", str(part)]
        subprocess.run(command, check=True)
        part.rename(clip)
    return clips


def play(record: Record, clips: list[Path], folder: Path, pulse: Pulse, seed: int, models: list[str]) -> None:
    """Fills `record`, whatever happens."""
    socket, errors = folder / "ipc", folder / "stderr"
    options = ["--no-config", "--vo", "raster", "--loop", "0", "--ipc-server", str(socket)]
    options += [word for model in models for word in ("--model", model)]
    environment = {**pulse.environment, "PYTHONPATH": str(ROOT)}
    with errors.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "player.cli", *options, *map(str, clips)], cwd=ROOT, env=environment, stderr=written
        )
        try:
            with connect(socket, process) as remote:
                remote.until_shown()
                Soak(remote, process, pulse, record, seed).run()
                looked_at = remote.ask("get_property", "overplay/stats")["data"].get("inference", {}).get("ran", 0)
                if models and looked_at < LEAST_LOOKS_S * record.minutes * 60.0:
                    record.troubles.append(f"the model looked at {looked_at} pictures only")
                remote.ask("quit")
            code = process.wait(timeout=10.0)
            if code:
                record.troubles.append(f"exit code {code}")
        except Exception as error:  # the session ends there, and says why
            record.troubles.append(f"{type(error).__name__}: {error} (exit code {process.poll()})")
        finally:
            process.kill()
            process.wait()
    record.complaints = errors.read_text(errors="replace")


def connect(socket: Path, process: subprocess.Popen[bytes]) -> Remote:
    deadline = time.monotonic() + ANSWER_S
    while True:
        try:
            return Remote(socket)
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def report(record: Record, findings: list[Any], out: IO[str]) -> None:
    print(table(record), file=out)
    print("\ndone:", ", ".join(f"{name} {count}" for name, count in sorted(record.done.items())), file=out)
    for finding in findings:
        print(f"{'PASS' if finding.good else 'FAIL'}  {finding.what}: {finding.text}", file=out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--model", action="append", default=[], help="looks at the pictures; twice for two")
    parser.add_argument("--seed", type=int, default=1, help="of what is done when")
    parser.add_argument("-o", "--output", type=Path, help="write all samples there, as JSON")
    chosen = parser.parse_args()
    if not IS_HERE:
        print(f"The session {MISSING}.", file=sys.stderr)
        return 2
    clips = make_clips()
    record = Record(chosen.minutes)
    with screen(), tempfile.TemporaryDirectory(prefix="op-soak-", dir="/tmp") as folder:
        pulse = Pulse(folder)
        pulse.environment |= {"DISPLAY": os.environ["DISPLAY"], "PULSE_LATENCY_MSEC": "60"}
        pulse.start()
        try:
            play(record, clips, Path(folder), pulse, chosen.seed, chosen.model)
        finally:
            pulse.kill()
    findings = judge(record, warm_up_s=min(120.0, chosen.minutes * 60.0 / 5.0))
    good = all(finding.good for finding in findings)
    if chosen.output is not None:
        whole = {
            "pass": good,
            "findings": [dataclasses.asdict(each) for each in findings],
            **dataclasses.asdict(record),
        }
        chosen.output.write_text(json.dumps(whole, indent=1) + "\n")
    report(record, findings, sys.stdout)
    print("PASS" if good else "FAIL")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
