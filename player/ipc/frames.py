"""Pictures by number over the IPC: what is on screen, what is known of all of them, and going to one."""

from __future__ import annotations

from player.ipc.errors import FAILED, INVALID_PARAMETER, UNAVAILABLE, IpcError
from player.ipc.host import Host, Topic
from player.ipc.properties import Property
from player.ipc.table import duration, opened, position, rate, shown
from player.records import Picture


def properties() -> dict[str, Property]:
    return {
        "estimated-frame-number": Property(number, topic=Topic.PICTURE),
        "estimated-frame-count": Property(count),
        "overplay/frame": Property(
            lambda host: frame(shown(host), final=host.snapshot().frame_final), topic=Topic.PICTURE
        ),
        "overplay/index": Property(index),
    }


def frame(picture: Picture, *, final: bool) -> dict[str, object]:
    """The picture on screen by its exact timestamp. `index` is None while, or where, its number is not known."""
    return {
        "index": picture.index,
        "pts": picture.pts,
        "time_base": f"{picture.time_base.numerator}/{picture.time_base.denominator}",
        "key": picture.key,
        "type": picture.pict_type,
        "serial": picture.serial,
        "final": final and picture.index is not None,
    }


def number(host: Host) -> int:
    """Exact where the picture has a number; otherwise an estimate, as mpv's is."""
    known = host.picture.index if host.picture is not None else None
    return round(position(host) * rate(host)) if known is None else known


def count(host: Host) -> int:
    known = opened(host).frame_count
    return round(duration(host) * rate(host)) if known is None else known


def index(host: Host) -> dict[str, object]:
    found = host.index
    if found is None:
        raise IpcError(UNAVAILABLE)
    return {"count": found.count, "final": found.final, "complete": found.complete, "damaged": found.damaged}


def go_to_frame(host: Host, ordinal: int) -> None:
    """Counted from 0. A number that the file is known not to have is an error; one not known yet is waited for."""
    _need_pictures(host)
    found = host.index
    if found is not None and found.complete and ordinal >= found.count:
        raise IpcError(INVALID_PARAMETER)
    host.go_to_frame(ordinal)


def go_to_pts(host: Host, pts: int) -> None:
    _need_pictures(host)
    host.go_to_pts(pts)


def step_key(host: Host, direction: str) -> None:
    _need_pictures(host)
    host.step_key(1 if direction == "forward" else -1)


def run(host: Host, direction: str) -> None:
    _need_pictures(host)
    host.run({"forward": 1, "back": -1, "stop": 0}[direction])


def jump_back(host: Host) -> None:
    _need_file(host)
    host.revert_seek(mark=False)


def _need_file(host: Host) -> None:
    try:
        opened(host)
    except IpcError:
        raise IpcError(FAILED) from None


def _need_pictures(host: Host) -> None:
    _need_file(host)
    if host.picture is None or host.picture.attached:
        raise IpcError(FAILED)
