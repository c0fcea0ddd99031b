"""A host that plays nothing: it writes down what it is asked, and is what the test has made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av

from player.ipc.errors import FAILED, INVALID_PARAMETER, UNAVAILABLE, IpcError
from player.ipc.host import Deferred, Entry, LoadFlag, ShotKind
from player.ipc.inspection import Region, View
from player.media.frame_index import FrameIndex
from player.media.look import PLAIN, changed_look, look_to_json
from player.options import Input
from player.records import Chapter, Kind, MediaInfo, Orientation, Picture, Snapshot, State, Track

TRACKS = (
    Track("video", 0, 1, "h264", default=True, size=(1920, 1080), rate=Fraction(25)),
    Track("audio", 1, 1, "aac", language="en", sample_rate=48000, channels=2, layout="stereo", sample_format="fltp"),
    Track("audio", 2, 2, "aac", language="de", title="Commentary", sample_rate=44100, channels=1, layout="mono"),
    Track("audio", 3, 3, "?", usable=False),
)
INFO = MediaInfo(
    path="/films/clip.mp4", format="mov,mp4", start_s=0.0, duration_s=100.0, bit_rate=None, size_bytes=12345, title="",
    tracks=TRACKS, chapters=(Chapter(0.0, 40.0, "One"), Chapter(40.0, 100.0, "Two")), seekable=True,
)  # fmt: skip


def a_picture() -> Picture:
    """576 lines of PAL, turned and wide."""
    frame = av.VideoFrame(720, 576, "yuv420p")
    frame.colorspace = 5
    frame.color_range = 1
    return Picture(
        frame, pts=1000, time_base=Fraction(1, 1000), time_s=10.0, duration_s=0.04, serial=3, key=True, pict_type="I",
        sample_aspect=Fraction(64, 45), orientation=Orientation(turns_cw=1),
    )  # fmt: skip


class FakeInspection:
    """Remembers what it was told, for a picture of 16x16 pixels."""

    def __init__(self, calls: list[tuple[object, ...]], answer: Deferred) -> None:
        self.calls = calls
        self.answer = answer
        self.view: View = (None, (0.5, 0.5))
        self.region: Region | None = None

    def viewport(self) -> View:
        return self.view

    def set_viewport(self, view: View) -> None:
        self.view = view

    def pixel(self, x: int, y: int) -> dict[str, object]:
        if max(x, y) >= 16:
            raise IpcError(INVALID_PARAMETER)
        return {"x": x, "y": y}

    def selection(self) -> dict[str, object] | None:
        return None if self.region is None else dict(zip(("x", "y", "width", "height"), self.region, strict=True))

    def select(self, region: Region | None) -> None:
        self.region = region

    def statistics(self, region: Region) -> Deferred:
        self.calls.append(("statistics", region))
        return self.answer


class FakeTraining:
    def __init__(self, calls: list[tuple[object, ...]]) -> None:
        self._calls = calls
        self.running = False

    def state(self) -> dict[str, object]:
        return {"running": self.running}

    def stop(self) -> bool:
        if self.running:
            self._calls.append(("training-stop",))
        return self.running


class FakeComparing:
    def __init__(self, calls: list[tuple[object, ...]]) -> None:
        self.calls = calls

    def state(self) -> dict[str, object]:
        return {"against": "off"}

    def change(self, changes: dict[str, object]) -> None:
        self.calls.append(("compare", changes))

    def pin(self) -> None:
        self.calls.append(("pin",))


class FakeDetection:
    def __init__(self, calls: list[tuple[object, ...]], answer: Deferred) -> None:
        self._calls, self._answer = calls, answer

    def model(self) -> dict[str, object]:
        return {"name": "net", "state": "ready"}

    def models(self) -> list[dict[str, object]]:
        return [self.model()]

    def set_model(self, name: str | None, device: str, precision: str = "auto") -> Deferred | None:
        self._calls.append(("set_model", name, device, precision))
        return None if name is None else self._answer

    def add_model(self, name: str, device: str, precision: str = "auto") -> Deferred:
        self._calls.append(("add_model", name, device, precision))
        return self._answer

    def remove_model(self, place: int | None) -> None:
        self._calls.append(("remove_model", place))

    def classes(self) -> dict[str, object]:
        return {"model": None, "state": "off", "age_frames": None, "classes": [], "heat_class": None}

    def detections(self) -> dict[str, object]:
        return {"model": "net", "state": "exact", "age_frames": 0, "boxes": []}

    def options(self) -> dict[str, object]:
        return {"on": True}

    def change(self, changes: dict[str, Any], place: int) -> None:
        self._calls.append(("detection", changes, place))


class FakeHost:
    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.now = Snapshot(
            state=State.READY, paused=True, position_s=10.0, duration_s=100.0, info=INFO, vid=1, aid=1, volume=50.0
        )
        self.files: list[Entry] = [Entry(4, "/films/clip.mp4"), Entry(7, "/films/b.mkv")]
        self.here: int | None = 0
        self.shown: Picture | None = a_picture()
        self.position: float | None = 10.0
        self.answer = Deferred()
        self.inspection = FakeInspection(self.calls, self.answer)
        self.comparing = FakeComparing(self.calls)
        self.detection = FakeDetection(self.calls, self.answer)
        self.training = FakeTraining(self.calls)
        self.marks: list[dict[str, object]] = []
        self.audio_delay_s = 0.0
        self.looks = PLAIN
        self.still_folder = "/pictures"
        self.full_screen = False
        self.index: FrameIndex | None = None
        self.shows_subtitles = True
        self.file_rounds: int | None = 0
        self.playlist_rounds: int | None = 0

    def become_idle(self) -> None:
        self.now = Snapshot(volume=50.0)
        self.files, self.here, self.shown, self.position = [], None, None, None

    @property
    def picture(self) -> Picture | None:
        return self.shown

    @property
    def place(self) -> int | None:
        return self.here

    def snapshot(self) -> Snapshot:
        return self.now

    def position_s(self) -> float | None:
        return self.position

    def report(self) -> dict[str, object]:
        return {"version": 1, "shown": 5}

    def look(self) -> dict[str, object]:
        return look_to_json(self.looks)

    def set_look(self, changes: dict[str, object]) -> None:
        try:
            self.looks = changed_look(self.looks, changes)
        except ValueError:
            raise IpcError(INVALID_PARAMETER) from None

    def frame_facts(self) -> dict[str, object]:
        if self.shown is None:
            raise IpcError(UNAVAILABLE)
        return {"pts": self.shown.pts}

    def scopes(self) -> Deferred:
        self.calls.append(("scopes",))
        return self.answer

    def bookmarks(self) -> list[dict[str, object]]:
        return self.marks

    def add_bookmark(self, note: str) -> None:
        self.calls.append(("add_bookmark", note))

    def remove_bookmark(self, place: int | None) -> None:
        self.calls.append(("remove_bookmark", place))

    def go_to_bookmark(self, by: int, place: int | None) -> None:
        self.calls.append(("go_to_bookmark", by, place))

    def export_bookmarks(self, path: str) -> Deferred:
        self.calls.append(("export_bookmarks", path))
        return self.answer

    def import_bookmarks(self, path: str) -> Deferred:
        self.calls.append(("import_bookmarks", path))
        return self.answer

    def now_us(self) -> int:
        return 123456

    def version(self) -> str:
        return "1.2.3"

    def set_paused(self, paused: bool) -> None:
        self.now = replace(self.now, paused=paused)

    def set_speed(self, speed: float) -> None:
        self.now = replace(self.now, speed=speed)

    def set_volume(self, volume: float) -> None:
        self.now = replace(self.now, volume=volume)

    def set_muted(self, muted: bool) -> None:
        self.now = replace(self.now, muted=muted)

    def set_audio_delay(self, delay_s: float) -> None:
        self.audio_delay_s = delay_s

    def set_full_screen(self, full: bool) -> None:
        self.full_screen = full

    def seek(self, position_s: float, *, exact: bool) -> None:
        self.calls.append(("seek", position_s, exact))

    def seek_by(self, delta_s: float, *, exact: bool) -> None:
        self.calls.append(("seek_by", delta_s, exact))

    def revert_seek(self, *, mark: bool) -> None:
        self.calls.append(("revert_seek", mark))

    def set_section(self, a_s: float | None, b_s: float | None) -> None:
        self.now = replace(self.now, section=(a_s, b_s))

    def set_file_rounds(self, rounds: int | None) -> None:
        self.file_rounds = rounds

    def set_playlist_rounds(self, rounds: int | None) -> None:
        self.playlist_rounds = rounds

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

    def select(self, kind: Kind, number: int | None) -> None:
        self.calls.append(("select", kind, number))

    def add_subtitles(self, path: str, *, select: bool, title: str, language: str | None) -> Deferred:
        self.calls.append(("add_subtitles", path, select, title, language))
        return self.answer

    def set_subtitle_delay(self, delay_s: float) -> None:
        self.now = replace(self.now, subtitle_delay_s=delay_s)

    @property
    def subtitles_visible(self) -> bool:
        return self.shows_subtitles

    def set_subtitles_visible(self, visible: bool) -> None:
        self.shows_subtitles = visible

    def entries(self) -> Sequence[Entry]:
        return self.files

    def load(self, path: str, flag: LoadFlag, index: int, given: Input | None = None) -> Deferred:
        self.calls.append(("load", path, flag, index, *((given,) if given is not None else ())))
        return self.answer

    def save_picture(
        self, path: str | None, kind: ShotKind, *, side_file: bool, replace: bool, ordinal: int | None = None
    ) -> Deferred:
        self.calls.append(("save_picture", path, kind, side_file, replace, *(() if ordinal is None else (ordinal,))))
        return self.answer

    def set_still_folder(self, path: str) -> None:
        self.still_folder = path

    def play_entry(self, place: int) -> None:
        self.calls.append(("play_entry", place))

    def play_neighbour(self, by: int, *, force: bool) -> None:
        self.calls.append(("play_neighbour", by, force))

    def remove_entry(self, place: int | None) -> None:
        if place is not None and place >= len(self.files):
            raise IpcError(FAILED)
        self.calls.append(("remove_entry", place))

    def clear_entries(self) -> None:
        self.calls.append(("clear_entries",))

    def stop(self) -> None:
        self.calls.append(("stop",))

    def quit(self, code: int) -> None:
        self.calls.append(("quit", code))

    def show_text(self, text: str) -> None:
        self.calls.append(("show_text", text))

    def broadcast(self, event: dict[str, object]) -> None:
        self.calls.append(("broadcast", event))
