"""What the statistics page says, line by line. Pure: figures in, words out, all of them plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.errors import plain
from ui.wording import file_name

if TYPE_CHECKING:
    from player.figures import Figures, PictureFigures, QueueFigures
    from player.records import Kind, Snapshot, Track

NOTHING = "–"
KIB, MIB = 1024, 1024 * 1024
QUEUE_NAMES: dict[Kind, str] = {"video": "Video queue", "audio": "Sound queue", "subtitle": "Text queue"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Where there is no room for all, those with the highest `rank` go first."""

    label: str
    value: str
    rank: int


def number(value: float | None, digits: int = 1) -> str:
    """`1.5`, with a true minus; a dash for what was not measured."""
    if value is None:
        return NOTHING
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0.0 else text.replace("-", "−")


def milliseconds(summary: Mapping[str, float], keys: Sequence[tuple[str, str]], digits: int = 2) -> str:
    """`mean 0.05 ± 0.01, 95 % 0.12 ms`: the named parts of a summary; a dash when nothing was measured."""
    if not summary:
        return NOTHING
    parts = [f"{name} {number(summary.get(key), digits)}".strip() for key, name in keys]
    return ", ".join(parts).replace(", ±", " ±") + " ms"


def size_text(size_bytes: int) -> str:
    """`812 KB`, `3.4 MB`."""
    return f"{size_bytes / MIB:.1f} MB" if size_bytes >= MIB else f"{size_bytes / KIB:.0f} KB"


def queue_text(queue: QueueFigures) -> str:
    packets = "1 packet" if queue.packets == 1 else f"{queue.packets} packets"
    return f"{packets}, {size_text(queue.size_bytes)}, {queue.seconds:.2f} s"


def colour_text(picture: PictureFigures) -> str:
    """`BT.709, limited range, guessed`."""
    parts = [picture.matrix.upper(), "full range" if picture.full_range else "limited range", picture.transfer]
    return ", ".join(part for part in (*parts, "" if picture.tagged else "guessed") if part)


def decoder_text(snapshot: Snapshot, figures: Figures) -> str:
    """`software, 2 threads`, `vaapi`, and why not where hardware was asked for in vain."""
    if snapshot.hwdec != "no":
        return snapshot.hwdec
    threads = {None: "", 1: ", 1 thread"}.get(figures.threads, f", {figures.threads} threads")
    return "software" + threads + (f" ({plain(figures.hwdec_reason)})" if figures.hwdec_reason else "")


def lines(snapshot: Snapshot, figures: Figures, renderer: str, cpu_share: float | None) -> list[Line]:
    """Everything there is to say. `cpu_share` is of one core, over the time since the last look; None when unknown."""
    if snapshot.info is None:
        return []
    said = [Line("File", file_name(snapshot.info.path), 0)]
    video = _track(snapshot, "video", snapshot.vid)
    if video is not None:
        said += _about_pictures(snapshot, figures, video, renderer)
    audio = _track(snapshot, "audio", snapshot.aid)
    if audio is not None:
        device = plain(snapshot.audio_device) or "no device"
        said += [
            Line("Sound", plain(f"{audio.codec} {audio.details}").strip(), 7),
            Line("Device", f"{device}, {_times(figures.underruns, 'underrun')}", 5),
        ]
    said += [Line(QUEUE_NAMES[kind], queue_text(queue), 8) for kind, queue in figures.queues.items() if queue.packets]
    process = f"CPU {number(None if cpu_share is None else cpu_share * 100.0, 0)} % of a core"
    memory = "" if figures.memory_mb is None else f", {figures.memory_mb:.0f} MB"
    said += [Line("Speed", f"{snapshot.speed:.2f}×", 9), Line("Process", process + memory, 4)]
    return said


def _about_pictures(snapshot: Snapshot, figures: Figures, video: Track, renderer: str) -> list[Line]:
    picture, said = figures.picture, []
    if picture is not None:
        width, height = picture.coded_size
        shown = "" if picture.display_size == picture.coded_size else " as {}×{}".format(*picture.display_size)
        kind = ", interlaced" if picture.interlaced else ""
        said.append(Line("Video", f"{plain(video.codec)} {width}×{height}{shown}, {picture.pixel_format}{kind}", 1))
        said.append(Line("Colour", colour_text(picture), 7))
    drops = f"dropped {figures.dropped_early} early, {figures.dropped_late} late"
    extra = f", {figures.repeated} held" if figures.repeated else ""
    errors = f", {_times(figures.decode_errors, 'error')}" if figures.decode_errors else ""
    stages = figures.per_picture_ms
    each = ", ".join(f"{stage} {number(stages[stage].get('mean'))}" for stage in stages)
    now = None if snapshot.av_diff_s is None else snapshot.av_diff_s * 1000.0
    difference = milliseconds(figures.av_diff.summary, (("mean", "mean"), ("sd", "±"), ("max", "max")))
    return [
        *said,
        Line("Decoder", decoder_text(snapshot, figures), 3),
        Line("Renderer", renderer, 6),
        Line("Pictures", f"{figures.shown} shown, {drops}{extra}{errors}", 1),
        Line("Lateness", milliseconds(figures.late.summary, (("mean", "mean"), ("p95", "95 %"), ("max", "max"))), 2),
        Line("Interval", milliseconds(figures.interval.summary, (("mean", ""), ("sd", "±"), ("max", "max"))), 2),
        Line("Video−sound", f"{difference}, now {number(now, 2)}" if difference != NOTHING else NOTHING, 3),
        Line("Each picture", f"{each} ms", 4),
    ]


def _track(snapshot: Snapshot, kind: Kind, playing: int | None) -> Track | None:
    tracks = snapshot.info.of_kind(kind) if snapshot.info is not None else ()
    return next((track for track in tracks if track.number == playing), None)


def _times(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def those_that_fit(sizes: Sequence[tuple[int, int]], room: int) -> list[bool]:
    """Which of the items, each `(rank, height)`, stay when only `room` is there: the highest rank goes, last first."""
    stay = [True] * len(sizes)
    height = sum(each for _rank, each in sizes)
    for place in sorted(range(len(sizes)), key=lambda i: (-sizes[i][0], -i)):
        if height <= room:
            break
        stay[place] = False
        height -= sizes[place][1]
    return stay
