"""Properties and the command for what is played again: mpv's `ab-loop`, `loop-file` and `loop-playlist`."""

from __future__ import annotations

from collections.abc import Callable

from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Host
from player.ipc.properties import Property
from player.ipc.values import Choice, Time


class Point(Time):
    """A position, or `no`."""

    def read(self, given: object) -> float | None:  # type: ignore[override]  # the one time that may be none
        return None if given in ("no", False) else super().read(given)


ROUNDS = Choice(("no", "inf", "yes"), numbers=True)


def properties() -> dict[str, Property]:
    loop_file = _rounds(lambda host: host.file_rounds, lambda host, rounds: host.set_file_rounds(rounds))
    return {
        "ab-loop-a": _point(0),
        "ab-loop-b": _point(1),
        "loop-file": loop_file,
        "loop": loop_file,
        "loop-playlist": _rounds(
            lambda host: host.playlist_rounds, lambda host, rounds: host.set_playlist_rounds(rounds)
        ),
    }


def _point(which: int) -> Property:
    def read(host: Host) -> float | str:
        point = host.snapshot().section[which]
        return "no" if point is None else point

    def write(host: Host, value: float | None) -> None:
        a_s, b_s = host.snapshot().section
        host.set_section(*((value, b_s) if which == 0 else (a_s, value)))

    return Property(read, Point(0.0), write)


def _rounds(get: Callable[[Host], int | None], put: Callable[[Host, int | None], None]) -> Property:
    def read(host: Host) -> bool | int | str:
        """mpv's `no` comes out as false."""
        rounds = get(host)
        return "inf" if rounds is None else rounds or False

    def write(host: Host, value: str | int) -> None:
        put(host, None if value in ("inf", "yes") else 0 if value == "no" else int(value))

    def cycle(host: Host, _by: float) -> None:
        put(host, None if get(host) == 0 else 0)

    return Property(read, ROUNDS, write, cycle=cycle)


def next_point(host: Host) -> None:
    """The section begins here, ends here, is no more."""
    a_s, b_s = host.snapshot().section
    here_s = host.position_s()
    if here_s is None:
        raise IpcError(FAILED)
    if a_s is None:
        host.set_section(here_s, b_s)
    elif b_s is None:
        host.set_section(a_s, here_s)
    else:
        host.set_section(None, None)
