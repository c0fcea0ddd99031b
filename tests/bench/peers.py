"""Ours beside mpv and ffplay, in one run on one machine: `.venv/bin/python -m tests.bench.peers` prints the table.

Each measurement is taken from every player in turn, so that what else the machine does touches them alike. The
measuring scripts are not ours: they lie in `shared/bench` beside the project (or where OVERPLAY_BENCH says), and
without them this only tells where to put them. Needs Debian's mpv, ffmpeg, xvfb and, for the sound, pulseaudio and
pulseaudio-utils. Not part of the tests: it takes minutes and wants a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(os.environ.get("OVERPLAY_BENCH", ROOT.parent / "shared" / "bench"))
KEPT = ROOT / ".cache" / "bench"
"""Where the clips stay between runs."""
CLIP_S = 20
OURS = [sys.executable, "-m", "player.cli", "--no-config", "--vo", "raster"]
MPV = ["mpv", "--no-config", "--really-quiet", "--vo=x11"]
PICTURE = "1280x720"
OUR_WINDOW = "1280x814"
"""With the menu and the bar, the picture is then 1280 by 720."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=sorted(MEASURES), action="append", help="measure this; repeatable")
    parser.add_argument("--rounds", type=int, default=3, help="how often each player is measured")
    chosen = parser.parse_args()
    missing = [name for name in ("mpv", "ffplay", "ffmpeg", "Xvfb") if shutil.which(name) is None]
    if missing:
        print(f"Not installed: {' '.join(missing)} (apt-get install mpv ffmpeg xvfb).", file=sys.stderr)
        return 2
    if not (SCRIPTS / "startup.py").is_file():
        print(f"The measuring scripts are not in {SCRIPTS}; OVERPLAY_BENCH may name their folder.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    with screen(), tempfile.TemporaryDirectory() as folder:
        clip = make_clip()
        print("| work | Overplay | mpv | ffplay |\n|---|---|---|---|", flush=True)
        for name, measure in MEASURES.items():
            if not chosen.only or name in chosen.only:
                for row in measure(clip, Path(folder), chosen.rounds):
                    print(f"| {' | '.join(row)} |", flush=True)
    return 0


@contextmanager
def screen() -> Iterator[None]:
    """A virtual screen of our own, and no sound device that could slow anything down."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "+extension", "GLX", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as told:
            os.environ["DISPLAY"] = f":{told.readline().strip()}"
        try:
            yield
        finally:
            server.terminate()


def make_clip() -> Path:
    """1080p60 with a key picture every 250, of known cost (shared/bench/README)."""
    clip = KEPT / "h1080.mp4"
    if not clip.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        part = clip.with_suffix(".part.mp4")
        picture = f"testsrc2=s=1920x1080:r=60:d={CLIP_S},noise=alls=8:allf=t"
        inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=440:d={CLIP_S}"]
        coding = shlex.split("-c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p -c:a aac")
        subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, *coding, str(part)], check=True)
        part.rename(clip)
    return clip


def script(name: str, *arguments: str) -> str:
    """What a measuring script prints."""
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / name), *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=600
    )
    return done.stdout


def paused(player: str, socket: Path, clip: Path) -> list[str]:
    if player == "ours":
        return [*OURS, "--ao", "null", "--pause", "--ipc-server", str(socket), str(clip)]
    return [*MPV, "--ao=null", "--pause", "--keep-open=yes", "--hr-seek=yes", f"--input-ipc-server={socket}", str(clip)]


Row = tuple[str, ...]


def start(clip: Path, folder: Path, rounds: int) -> Iterator[Row]:
    found: dict[str, list[float]] = {"ours": [], "mpv": []}
    for _ in range(rounds):
        for player, times in found.items():
            socket = folder / f"start-{player}"
            told = json.loads(script("startup.py", "5", str(socket), "--", *paused(player, socket, clip)))
            times.append(told["startup_ms"])
    yield ("exec to first picture, ms", *(f"{statistics.median(times):.0f}" for times in found.values()), "")


def seek(clip: Path, folder: Path, rounds: int) -> Iterator[Row]:
    found: dict[str, list[dict[str, float]]] = {"ours": [], "mpv": []}
    for _ in range(rounds):
        for player, told in found.items():
            socket = folder / f"seek-{player}"
            with subprocess.Popen(paused(player, socket, clip), stderr=subprocess.DEVNULL) as process:
                try:
                    told.append(json.loads(script("ipc_latency.py", str(socket), str(clip), str(CLIP_S))))
                finally:
                    process.terminate()
    for key, work in (
        ("exact_seek_ms", "exact seek, 1080p60, key picture every 250: median, ms"),
        ("exact_seek_p95_ms", "the same: 95 %, ms"),
        ("step_forward_ms", "step forward, paused, ms"),
        ("step_back_ms", "step back, paused, ms"),
        ("reverse_fps", "back key held, pictures a second"),
    ):
        yield (work, *(f"{statistics.median(each[key] for each in told):.1f}" for told in found.values()), "")


def cpu(clip: Path, folder: Path, rounds: int) -> Iterator[Row]:
    """8 s of the clip in a window of the same picture size; our report tells of drops and lateness."""
    commands = {
        "ours": watched(clip, folder / "alone"),
        "mpv": f"{shlex.join(MPV)} --ao=null --geometry={PICTURE} --length=8 {clip}",
        "ffplay": f"env SDL_AUDIODRIVER=dummy ffplay -v error -autoexit -x 1280 -y 720 -t 8 {clip}",
    }
    told = script("playback_cost.py", str(rounds), *(part for pair in commands.items() for part in pair))
    rows = {line.split()[0]: line.split() for line in told.splitlines()}
    column = {name: fields.index("cpu") + 1 for name, fields in rows.items()}
    memory = {name: fields.index("rss") + 1 for name, fields in rows.items()}
    yield ("CPU of 8 s of 1080p60 at 1280x720, s", *(rows[name][column[name]] for name in commands))
    yield ("the most memory meanwhile, MB", *(rows[name][memory[name]] for name in commands))
    yield from punctuality(folder / "alone", "")


def watched(clip: Path, folder: Path) -> str:
    """Our command for 8 s of the clip; every run leaves a report of its own in `folder`."""
    folder.mkdir()
    options = f"--ao null --geometry {OUR_WINDOW} --length 8 --autoexit"
    return f"sh -c {shlex.quote(f'exec {shlex.join(OURS)} {options} --stats {folder}/$$.json {clip}')}"


def punctuality(folder: Path, note: str) -> Iterator[Row]:
    """Drops and lateness over all rounds: their sum, the median of the 95 %, the worst of all."""
    reports = [json.loads(path.read_text()) for path in folder.iterdir()]
    drops = sum(report["dropped_early"] + report["dropped_late"] for report in reports)
    shown = sum(report["shown"] for report in reports)
    p95 = statistics.median(report["late_ms"]["p95"] for report in reports)
    most = max(report["late_ms"]["max"] for report in reports)
    yield (f"pictures dropped{note}, of {shown + drops} in {len(reports)} rounds", str(drops), "", "")
    yield (f"pictures late{note}, ms: 95 %, most", f"{p95:.2f}, {most:.1f}", "", "")


def busy(clip: Path, folder: Path, rounds: int) -> Iterator[Row]:
    """The same of ours, while a second process keeps one core busy."""
    command = shlex.split(watched(clip, folder / "beside"))
    core = str(min(os.sched_getaffinity(0)))
    hog = ["taskset", "-c", core, sys.executable, "-c", "while True: pass"]
    with subprocess.Popen(hog) as process:
        try:
            for _ in range(rounds):
                subprocess.run(command, check=True, timeout=60)
        finally:
            process.terminate()
    yield from punctuality(folder / "beside", " beside a busy core")


def rest(clip: Path, folder: Path, _rounds: int) -> Iterator[Row]:
    """CPU of a player that shows one picture, over ten seconds."""
    ticks = os.sysconf("SC_CLK_TCK")
    shares = []
    for player in ("ours", "mpv"):
        with subprocess.Popen(paused(player, folder / f"rest-{player}", clip), stderr=subprocess.DEVNULL) as process:
            time.sleep(4)
            before = _used(process.pid)
            time.sleep(10)
            shares.append((_used(process.pid) - before) / ticks * 10)
            process.terminate()
    yield ("CPU while paused, %", *(f"{share:.1f}" for share in shares), "")


def _used(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def sound(_clip: Path, folder: Path, rounds: int) -> Iterator[Row]:
    """Sound minus picture as a screen grabber and the sink's monitor record them."""
    if shutil.which("pulseaudio") is None:
        yield ("sound minus picture", "pulseaudio is not installed", "", "")
        return
    flashes = KEPT / "flashes.mkv"
    if not flashes.exists():
        script("avsync.py", "make", str(flashes))
    os.environ.update(XDG_RUNTIME_DIR=str(folder), PULSE_SINK="null", PULSE_LATENCY_MSEC="20")
    folder.chmod(0o700)
    daemon = ["pulseaudio", "--start", "--exit-idle-time=-1", "--load=module-null-sink sink_name=null"]
    subprocess.run(daemon, check=True, stderr=subprocess.DEVNULL)
    commands = {
        "ours": ["env", "SDL_AUDIODRIVER=pulseaudio", *OURS, "--fullscreen"],
        "mpv": [*MPV, "--ao=pulse", "--fs"],
        "ffplay": ["env", "SDL_AUDIODRIVER=pulseaudio", "ffplay", "-v", "error", "-fs"],
    }
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    try:
        for _ in range(rounds):
            for name, command in commands.items():
                found[name].append(json.loads(script("avsync.py", "run", str(flashes), "--", *command)))
    finally:
        subprocess.run(["pulseaudio", "--kill"], check=False, stderr=subprocess.DEVNULL)
    means = {name: statistics.median(each["mean_ms"] for each in told) for name, told in found.items()}
    spreads = [f"{statistics.median(each['sd_ms'] for each in told):.1f}" for told in found.values()]
    yield ("sound minus picture, from mpv's, ms", *(f"{mean - means['mpv']:+.1f}" for mean in means.values()))
    yield ("its spread, ms", *spreads)


MEASURES: dict[str, Callable[[Path, Path, int], Iterator[Row]]] = {
    "start": start,
    "seek": seek,
    "cpu": cpu,
    "busy": busy,
    "rest": rest,
    "sound": sound,
}

if __name__ == "__main__":
    sys.exit(main())
