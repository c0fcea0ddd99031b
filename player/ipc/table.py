"""Every property there is: mpv's of `INTERFACES.md` that the product has so far, and ours under `overplay/`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from player.ipc import bookmarks, compare, detections, inspection, look, loops, stills, training
from player.ipc import media_properties as media
from player.ipc.errors import FAILED, UNAVAILABLE, IpcError
from player.ipc.host import Host, Topic
from player.ipc.properties import Property, Table
from player.ipc.values import Choice, Flag, Number, Time, Whole
from player.records import Kind, MediaInfo, Picture, Snapshot, State, Track

T = TypeVar("T")
SLOWEST, FASTEST = 0.25, 4.0
LOUDEST = 130.0
MPV_VERSION = "0.35.1"
"""The mpv whose protocol this is."""


def some(value: T | None) -> T:
    if value is None:
        raise IpcError(UNAVAILABLE)
    return value


def opened(host: Host) -> Snapshot:
    """The snapshot of an open file. Raises IpcError when there is none."""
    snapshot = host.snapshot()
    if snapshot.info is None or snapshot.state not in (State.READY, State.ENDED):
        raise IpcError(UNAVAILABLE)
    return snapshot


def info(host: Host) -> MediaInfo:
    return some(opened(host).info)


def shown(host: Host) -> Picture:
    return some(host.picture)


def is_idle(host: Host) -> bool:
    return host.snapshot().state in (State.IDLE, State.FAILED)


def path(host: Host) -> str:
    """Of the file that is open or being opened."""
    return host.entries()[some(host.place)].path


def position(host: Host) -> float:
    return some(host.position_s())


def duration(host: Host) -> float:
    return some(opened(host).duration_s)


def set_position(host: Host, position_s: float) -> None:
    opened(host)
    host.seek(max(0.0, position_s), exact=True)


def percent(host: Host) -> float:
    length = duration(host)
    if length <= 0.0:
        raise IpcError(UNAVAILABLE)
    return min(100.0, max(0.0, position(host) / length * 100.0))


def set_percent(host: Host, value: float) -> None:
    set_position(host, duration(host) * value / 100.0)


def chapter(host: Host) -> int:
    return media.current_chapter(info(host), host.position_s())


def set_chapter(host: Host, number: int) -> None:
    """As in mpv, one before the first is the beginning and one behind the last the end."""
    chapters = info(host).chapters
    if not chapters:
        raise IpcError(UNAVAILABLE)
    if number >= len(chapters):
        set_position(host, duration(host))
    else:
        set_position(host, 0.0 if number < 0 else chapters[number].start_s)


def step_chapter(host: Host, by: float) -> None:
    set_chapter(host, chapter(host) + (1 if by > 0 else -1))


def playing_track(host: Host, kind: Kind) -> Track:
    snapshot = opened(host)
    number = {"video": snapshot.vid, "audio": snapshot.aid, "subtitle": snapshot.sid}[kind]
    return some(next((track for track in info(host).of_kind(kind) if track.number == number), None))


def rate(host: Host) -> float:
    return float(some(playing_track(host, "video").rate))


def av_sync(host: Host) -> float:
    """Sound minus picture, as mpv counts it."""
    return -some(opened(host).av_diff_s)


def sub_text(host: Host) -> str:
    snapshot = opened(host)
    some(snapshot.sid)
    return "\n".join(cue.text for cue in snapshot.cues if cue.text)


def file_name(host: Host) -> str:
    return os.path.basename(path(host)) or path(host)


def title(host: Host) -> str:
    known = host.snapshot().info
    return (known.title if known is not None else "") or file_name(host)


def hwdec(host: Host) -> str:
    playing_track(host, "video")
    return host.snapshot().hwdec


def core_idle(host: Host) -> bool:
    snapshot = host.snapshot()
    return snapshot.paused or snapshot.seeking or snapshot.state is not State.READY


def playlist(host: Host) -> list[dict[str, object]]:
    here = host.place
    marks = {"current": True, "playing": True}
    return [
        {"filename": entry.path, **(marks if place == here else {}), "id": entry.number}
        for place, entry in enumerate(host.entries())
    ]


def place(host: Host) -> int:
    return -1 if host.place is None else host.place


def set_place(host: Host, number: int) -> None:
    """A place that no file has stops what plays, as in mpv."""
    if 0 <= number < len(host.entries()):
        host.play_entry(number)
    elif not is_idle(host):
        host.stop()


def _track(kind: Kind) -> Property:
    def read(host: Host) -> int | bool:
        snapshot = host.snapshot()
        number = {"video": snapshot.vid, "audio": snapshot.aid, "subtitle": snapshot.sid}[kind]
        return False if number is None else number

    def usable(host: Host) -> list[int]:
        return [track.number for track in info(host).of_kind(kind) if track.usable]

    def write(host: Host, choice: str | int) -> None:
        numbers = usable(host)
        if choice == "auto":
            if read(host) is False and numbers:
                host.select(kind, numbers[0])
        elif choice == "no" or choice not in numbers:  # mpv, too, plays none when asked for one that is not there
            host.select(kind, None)
        else:
            host.select(kind, int(choice))

    def cycle(host: Host, by: float) -> None:
        choices = [False, *usable(host)]
        if len(choices) == 1:
            raise IpcError(FAILED)
        here = choices.index(read(host))
        host.select(kind, choices[(here + (1 if by > 0 else -1)) % len(choices)] or None)

    return Property(read, Choice(("no", "auto"), numbers=True), write, cycle=cycle)


def _with_picture(read: Callable[[Host], object]) -> Property:
    return Property(read, topic=Topic.PICTURE)


def build() -> Table:
    """The whole table but the two lists of names, which the dispatcher knows."""
    time_pos = Property(position, Time(), set_position, Topic.PICTURE)
    vid, aid, sid = _track("video"), _track("audio"), _track("subtitle")
    return {
        # Playback.
        "pause": Property(lambda host: host.snapshot().paused, Flag(), lambda host, value: host.set_paused(value)),
        "time-pos": time_pos,
        "playback-time": time_pos,
        "percent-pos": Property(percent, Number(0, 100), set_percent, Topic.PICTURE),
        "time-remaining": _with_picture(lambda host: max(0.0, duration(host) - position(host))),
        "duration": Property(duration),
        "speed": Property(
            lambda host: host.snapshot().speed, Number(SLOWEST, FASTEST), lambda host, value: host.set_speed(value)
        ),
        "eof-reached": Property(lambda host: opened(host).state is State.ENDED),
        "seeking": Property(lambda host: opened(host).seeking),
        "core-idle": Property(core_idle),
        "idle-active": Property(is_idle),
        **loops.properties(),
        "screenshot-directory": stills.directory(),
        # Sound.
        "volume": Property(
            lambda host: host.snapshot().volume, Number(0, LOUDEST), lambda host, value: host.set_volume(value)
        ),
        "volume-max": Property(lambda _host: LOUDEST),
        "mute": Property(lambda host: host.snapshot().muted, Flag(), lambda host, value: host.set_muted(value)),
        "audio-delay": Property(
            lambda host: host.audio_delay_s, Number(-10, 10), lambda host, value: host.set_audio_delay(value)
        ),
        "audio-params": Property(lambda host: media.audio_params(playing_track(host, "audio"))),
        "audio-codec-name": Property(lambda host: playing_track(host, "audio").codec),
        # The file.
        "path": Property(path),
        "filename": Property(file_name),
        "filename/no-ext": Property(lambda host: os.path.splitext(file_name(host))[0]),
        "media-title": Property(title),
        "file-format": Property(lambda host: info(host).format),
        "file-size": Property(lambda host: some(info(host).size_bytes)),
        "seekable": Property(lambda host: info(host).seekable),
        "track-list": Property(lambda host: media.track_list(host.snapshot())),
        "vid": vid,
        "video": vid,
        "aid": aid,
        "audio": aid,
        "sid": sid,
        "sub": sid,
        "sub-delay": Property(
            lambda host: host.snapshot().subtitle_delay_s,
            Number(),
            lambda host, value: host.set_subtitle_delay(value),
        ),
        "sub-visibility": Property(
            lambda host: host.subtitles_visible,
            Flag(),
            lambda host, value: host.set_subtitles_visible(value),
        ),
        "sub-text": Property(sub_text, topic=Topic.PICTURE),
        "chapter": Property(chapter, Whole(-1), set_chapter, Topic.PICTURE, step_chapter),
        "chapters": Property(lambda host: len(info(host).chapters)),
        "chapter-list": Property(lambda host: media.chapter_list(host.snapshot().info)),
        # The playlist.
        "playlist": Property(playlist),
        "playlist-pos": Property(place, Whole(), set_place),
        "playlist-pos-1": Property(lambda host: place(host) + 1, Whole(), lambda host, n: set_place(host, n - 1)),
        "playlist-current-pos": Property(place),
        "playlist-playing-pos": Property(place),
        "playlist-count": Property(lambda host: len(host.entries())),
        # The picture.
        "fullscreen": Property(lambda host: host.full_screen, Flag(), lambda host, value: host.set_full_screen(value)),
        "width": _with_picture(lambda host: shown(host).coded_size[0]),
        "height": _with_picture(lambda host: shown(host).coded_size[1]),
        "dwidth": _with_picture(lambda host: shown(host).display_size[0]),
        "dheight": _with_picture(lambda host: shown(host).display_size[1]),
        "video-params": _with_picture(lambda host: media.video_params(shown(host))),
        "video-out-params": _with_picture(lambda host: media.video_params(shown(host))),
        "video-codec": Property(lambda host: playing_track(host, "video").codec),
        "video-format": Property(lambda host: playing_track(host, "video").codec),
        "container-fps": Property(rate),
        "estimated-vf-fps": Property(rate),
        "frame-drop-count": Property(lambda host: opened(host).dropped_late),
        "decoder-frame-drop-count": Property(lambda host: opened(host).dropped_early),
        "avsync": Property(av_sync),
        "hwdec-current": Property(hwdec),
        # The program.
        "mpv-version": Property(lambda host: f"mpv {MPV_VERSION}-overplay-{host.version()}"),
        "pid": Property(lambda _host: os.getpid()),
        # Ours.
        "overplay/frame-facts": _with_picture(lambda host: host.frame_facts()),
        **bookmarks.properties(),
        **inspection.properties(),
        **look.properties(),
        **compare.properties(),
        **detections.properties(),
        **training.properties(),
        "overplay/stats": Property(lambda host: host.report(), topic=Topic.REPORT),
    }
