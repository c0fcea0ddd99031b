"""A player that plays nothing: it writes down what it is asked, and tells what the test has put into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from player.figures import Figures, Measured, PictureFigures, QueueFigures
from player.options import OpenOptions
from player.records import Chapter, Cue, Kind, MediaInfo, Snapshot, State, Track
from player.sync.refresh import Refresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.events import Event
    from player.media.frame_index import FrameIndex
    from player.records import Picture
    from player.watching import Watch

TRACKS = (
    Track(kind="video", index=0, number=1, codec="h264", details="1920x1080 25 fps"),
    Track(kind="audio", index=1, number=1, codec="aac", language="en", details="48 kHz stereo"),
    Track(kind="audio", index=2, number=2, codec="aac", language="de", title="Commentary", details="48 kHz mono"),
)


def media_info(path: str = "/films/clip.mp4", **changes: object) -> MediaInfo:
    """A film of 100 s with one picture track and two sound tracks."""
    info = MediaInfo(
        path=path, format="mov", start_s=0.0, duration_s=100.0, bit_rate=None, size_bytes=None, title="",
        tracks=TRACKS, chapters=(), seekable=True,
    )  # fmt: skip
    return replace(info, **changes)  # type: ignore[arg-type]  # replace() checks the names when it runs


def chapters(*starts: float) -> tuple[Chapter, ...]:
    ends = (*starts[1:], 100.0)
    return tuple(Chapter(a, b, f"Part {i}") for i, (a, b) in enumerate(zip(starts, ends, strict=True), start=1))


def figures_of_a_film(**changes: object) -> Figures:
    """What a player says that has shown a film of 1920x1080 for a while."""
    summary = {"mean": 0.05, "sd": 0.02, "p50": 0.04, "p95": 0.125, "max": 3.5}
    figures = Figures(
        at_s=100.0, shown=1500, dropped_early=2, dropped_late=1, repeated=0, decode_errors=0,
        late=Measured(summary, [0.1, 0.2]), interval=Measured({**summary, "mean": 40.0}, [40.0, 39.0]),
        av_diff=Measured({**summary, "mean": -1.5}, [-1.0, -2.0]),
        per_picture_ms={"decode": summary, "convert": {**summary, "mean": 1.25}, "upload": {}, "paint": summary},
        queues={"video": QueueFigures(120, 812 * 1024, 2.1), "audio": QueueFigures(1, 5 * 1024 * 1024, 0.5)},
        picture=PictureFigures(
            coded_size=(1920, 1080), display_size=(1920, 1080), pixel_format="yuv420p", matrix="bt.709",
            full_range=False, tagged=True, transfer="", interlaced=False,
        ),
        threads=2, hwdec_reason="", underruns=1, cpu_s=10.0, memory_mb=151.4,
    )  # fmt: skip
    return replace(figures, **changes)  # type: ignore[arg-type]  # replace() checks the names when it runs


class FakePlayer:
    """`calls` holds every request as a tuple; `now_shows`, `state` and `events` are set by the test."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.state = Snapshot()
        self.audio_delay_s = 0.0
        self.jumped = False
        self.watch: Watch | None = None
        self.index: FrameIndex | None = None
        self.events: list[Event] = []
        self.in_figures: Figures | None = figures_of_a_film()
        self.figures_read = 0
        self.looks: list[Refresh] = []
        """What `refresh` answers, one after the other; then that nothing changes and nothing is due."""

    def become_open(self, info: MediaInfo | None = None, **changes: object) -> None:
        """As if a file had been opened and is playing."""
        info = info or media_info()
        snapshot = Snapshot(
            state=State.READY, position_s=10.0, duration_s=info.duration_s, info=info,
            vid=1 if info.of_kind("video") else None, aid=1 if info.of_kind("audio") else None,
        )  # fmt: skip
        self.state = replace(snapshot, **changes)  # type: ignore[arg-type]  # replace() checks the names when it runs

    @property
    def paused(self) -> bool:
        return self.state.paused

    def open(self, path: str, options: OpenOptions = OpenOptions()) -> None:  # noqa: B008  # frozen
        self.calls.append(("open", path, options))

    def close(self) -> None:
        self.calls.append(("close",))
        self.state = Snapshot()

    def play(self) -> None:
        self.calls.append(("play",))

    def pause(self) -> None:
        self.calls.append(("pause",))

    def toggle_pause(self) -> None:
        self.calls.append(("toggle_pause",))

    def step(self, count: int = 1) -> None:
        self.calls.append(("step", count))

    def run(self, direction: int) -> None:
        self.calls.append(("run", direction))

    def step_key(self, direction: int) -> None:
        self.calls.append(("step_key", direction))

    def go_to_frame(self, ordinal: int) -> None:
        self.calls.append(("go_to_frame", ordinal))

    def go_to_pts(self, pts: int) -> None:
        self.calls.append(("go_to_pts", pts))

    def jump_back(self) -> bool:
        self.calls.append(("jump_back",))
        return self.jumped

    def mark_place(self) -> None:
        self.calls.append(("mark_place",))

    def fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None:
        self.calls.append(("fetch", ordinal))
        done(None)

    def set_watch(self, watch: Watch | None) -> None:
        self.watch = watch

    def seek(self, position_s: float, *, exact: bool = True) -> None:
        self.calls.append(("seek", position_s))

    def seek_by(self, delta_s: float, *, exact: bool = True) -> None:
        self.calls.append(("seek_by", delta_s))

    def set_section(self, a_s: float | None, b_s: float | None) -> None:
        self.state = replace(self.state, section=(a_s, b_s))

    def set_plays(self, count: int) -> None:
        self.calls.append(("set_plays", count))
        self.state = replace(self.state, rounds_left=None if count == 0 else count - 1)

    def set_speed(self, speed: float) -> None:
        self.calls.append(("set_speed", speed))

    def set_volume(self, volume: float) -> None:
        self.calls.append(("set_volume", volume))

    def set_muted(self, muted: bool) -> None:
        self.calls.append(("set_muted", muted))

    def set_audio_delay(self, delay_s: float) -> None:
        self.audio_delay_s = delay_s
        self.calls.append(("set_audio_delay", delay_s))

    def set_audio_device(self, device: str) -> None:
        self.calls.append(("set_audio_device", device))

    def select(self, kind: Kind, number: int | None) -> None:
        self.calls.append(("select", kind, number))

    def cycle(self, kind: Kind) -> None:
        self.calls.append(("cycle", kind))

    def refresh(self) -> Refresh:
        return self.looks.pop(0) if self.looks else Refresh(picture=None, changed=False, wait_s=None)

    def snapshot(self) -> Snapshot:
        return self.state

    def cues(self) -> tuple[Cue, ...]:
        return self.state.cues

    def take_events(self) -> list[Event]:
        events, self.events = self.events, []
        return events

    def note_time(self, stage: Literal["convert", "upload", "paint"], seconds: float) -> None:
        self.calls.append(("note_time", stage, seconds))

    def report(self) -> dict[str, object]:
        return {"version": 1}

    def figures(self) -> Figures | None:
        self.figures_read += 1
        return self.in_figures
