"""Commands: what their arguments are, and what they do to the host."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from player.ipc import (
    bookmarks,
    compare,
    detections,
    frames,
    inspection,
    loops,
    properties,
    stills,
    subtitles,
    training,
)
from player.ipc.errors import FAILED, INVALID_PARAMETER, IpcError
from player.ipc.host import Deferred, Host, LoadFlag
from player.ipc.inputs import read_input
from player.ipc.messages import check_path, event
from player.ipc.properties import Property, Table
from player.ipc.seeking import REVERT_FLAGS, SEEK_FLAGS, SEEK_PRECISION, seek
from player.ipc.table import is_idle, opened
from player.ipc.values import Anything, Choice, Flags, Number, Text, Time, Value, Whole
from player.quick_dataclass import dataclass

PREFIXES = frozenset(
    {"osd-auto", "no-osd", "osd-bar", "osd-msg", "osd-msg-bar", "raw", "expand-properties", "repeatable", "async",
     "sync", "nonscalable"}
)  # fmt: skip
"""What may stand before a command's name; here they change nothing."""
LOAD_FLAGS = (
    "replace", "append", "append-play", "insert-next", "insert-next-play", "insert-at", "insert-at-play",
)  # fmt: skip
TEXT_LIMIT = 1000


class Required:
    """Marks an argument that must be given."""


@dataclass(frozen=True, slots=True)
class Arg:
    name: str
    type: Value
    default: object = Required


@dataclass(frozen=True, slots=True)
class Command:
    """`run` gets the host and the arguments in order; what it returns is the reply's data."""

    run: Callable[..., object]
    args: tuple[Arg, ...] = ()
    vararg: bool = False
    """The last argument may be given any number of times."""


class Commands:
    """Runs commands on one host. `table` is the properties."""

    def __init__(self, host: Host, table: Table) -> None:
        self.host = host
        self.table = {
            **table,
            **frames.properties(),
            "property-list": Property(lambda _host: list(self.table)),
            "command-list": Property(lambda _host: self._list()),
        }
        self._commands = _build(self.table)

    def _list(self) -> list[dict[str, object]]:
        return [
            {
                "name": name,
                "args": [
                    {"name": arg.name, "type": arg.type.name, "optional": arg.default is not Required}
                    for arg in command.args
                ],
                "vararg": command.vararg,
            }
            for name, command in self._commands.items()
        ]

    def run(self, given: Sequence[object] | Mapping[str, object]) -> object | Deferred:
        """Runs a command from its name and arguments, or from named arguments. Raises IpcError."""
        if isinstance(given, Mapping):
            command = self._find(given.get("name"))
            values = _by_name(command, given)
        else:
            words = list(given)
            while words and words[0] in PREFIXES:
                del words[0]
            command = self._find(words[0] if words else None)
            values = _in_order(command, words[1:])
        return command.run(self.host, *values)

    def _find(self, name: object) -> Command:
        command = self._commands.get(name) if isinstance(name, str) else None
        if command is None:
            raise IpcError(INVALID_PARAMETER)
        return command


def _read(arg: Arg, given: object) -> object:
    try:
        return arg.type.read(given)
    except IpcError:
        raise IpcError(INVALID_PARAMETER) from None


def _in_order(command: Command, given: list[object]) -> list[object]:
    args = list(command.args)
    if command.vararg:
        args += [args[-1]] * (len(given) - len(args))
    if len(given) > len(args):
        raise IpcError(INVALID_PARAMETER)
    values = [_read(arg, value) for arg, value in zip(args, given, strict=False)]
    for arg in args[len(given) :]:
        if arg.default is Required:
            raise IpcError(INVALID_PARAMETER)
        values.append(arg.default)
    return values


def _by_name(command: Command, given: Mapping[str, object]) -> list[object]:
    known = {arg.name for arg in command.args}
    if command.vararg or not set(given) - {"name", "_flags"} <= known:
        raise IpcError(INVALID_PARAMETER)
    values = []
    for arg in command.args:
        if arg.name in given:
            values.append(_read(arg, given[arg.name]))
        elif arg.default is Required:
            raise IpcError(INVALID_PARAMETER)
        else:
            values.append(arg.default)
    return values


def _build(table: Table) -> dict[str, Command]:
    def add(host: Host, name: str, by: float) -> None:
        properties.step(table, host, name, by, wraps=False)

    def cycle(host: Host, name: str, by: str | float) -> None:
        properties.step(table, host, name, {"up": 1.0, "down": -1.0}[by] if isinstance(by, str) else by, wraps=True)

    def set_(host: Host, name: str, value: object) -> Deferred | None:
        try:
            return properties.write(table, host, name, value)
        except IpcError:
            raise IpcError(FAILED) from None

    name = Arg("name", Text())
    load_options = (
        Arg("flags", Choice(LOAD_FLAGS), "replace"), Arg("index", Anything(), -1), Arg("options", Anything(), ""),
    )  # fmt: skip
    return {
        "ignore": Command(lambda _host: None),
        "seek": Command(
            seek,
            (
                Arg("target", Time()),
                Arg("flags", Flags(SEEK_FLAGS), frozenset()),
                Arg("legacy", Choice(SEEK_PRECISION), "unused"),
            ),
        ),
        "revert-seek": Command(_revert, (Arg("flags", Flags(REVERT_FLAGS), frozenset()),)),
        "ab-loop": Command(loops.next_point),
        "screenshot": Command(stills.screenshot, (Arg("flags", Flags(stills.SHOT_FLAGS), frozenset()),)),
        "screenshot-to-file": Command(
            stills.screenshot_to_file,
            (
                Arg("filename", Text()),
                Arg("flags", Flags(stills.SHOT_FLAGS), frozenset()),
                Arg("replace", _YES_NO, "no"),
            ),
        ),
        "overplay/save-picture": Command(
            stills.save_picture,
            (
                Arg("filename", Text(), ""),
                Arg("kind", Choice(stills.SHOT_KINDS), "picture"),
                Arg("json", _YES_NO, "no"),
                Arg("replace", _YES_NO, "no"),
                Arg("index", Whole(-1), -1),
            ),
        ),
        "sub-add": Command(
            subtitles.add,
            (
                Arg("url", Text()),
                Arg("flags", Choice(subtitles.ADD_FLAGS), "select"),
                Arg("title", Text(), ""),
                Arg("lang", Text(), ""),
            ),
        ),
        "frame-step": Command(_step),
        "overplay/go-to-frame": Command(frames.go_to_frame, (Arg("frame", Whole(0)),)),
        "overplay/go-to-pts": Command(frames.go_to_pts, (Arg("pts", Whole(-(1 << 63), (1 << 63) - 1)),)),
        "overplay/step-key": Command(frames.step_key, (Arg("direction", Choice(("forward", "back")), "forward"),)),
        "overplay/run": Command(frames.run, (Arg("direction", Choice(("forward", "back", "stop"))),)),
        "overplay/jump-back": Command(frames.jump_back),
        "frame-back-step": Command(_step_back),
        "set": Command(set_, (name, Arg("value", Text()))),
        "add": Command(add, (name, Arg("value", Number(), 1.0))),
        "cycle": Command(cycle, (name, Arg("value", _Direction(), "up"))),
        "loadfile": Command(_load, (Arg("url", Text()), *load_options)),
        "loadlist": Command(_load, (Arg("url", Text()), *load_options[:2])),
        "playlist-next": Command(
            lambda host, flag: host.play_neighbour(1, force=flag == "force"), (Arg("flags", _FORCE, "weak"),)
        ),
        "playlist-prev": Command(
            lambda host, flag: host.play_neighbour(-1, force=flag == "force"), (Arg("flags", _FORCE, "weak"),)
        ),
        "playlist-play-index": Command(_play_index, (Arg("index", Choice(("current", "none"), numbers=True)),)),
        "playlist-clear": Command(lambda host: host.clear_entries()),
        "playlist-remove": Command(
            lambda host, index: host.remove_entry(None if index == "current" else index),
            (Arg("index", Choice(("current",), numbers=True)),),
        ),
        "stop": Command(lambda host, _flags: host.stop(), (Arg("flags", Flags(("keep-playlist",)), frozenset()),)),
        "quit": Command(lambda host, code: host.quit(code), (Arg("code", Whole(0, 255), 0),)),
        "show-text": Command(
            lambda host, text, _duration, _level: host.show_text(text[:TEXT_LIMIT]),
            (Arg("text", Text()), Arg("duration", Whole(), -1), Arg("level", Whole(), 0)),
        ),
        "overplay/pixel": Command(inspection.pixel, (Arg("x", Whole(0)), Arg("y", Whole(0)))),
        "overplay/statistics": Command(
            inspection.statistics, tuple(Arg(name, Whole(0)) for name in ("x", "y", "width", "height"))
        ),
        "overplay/scopes": Command(lambda host: host.scopes()),
        "overplay/bookmark-add": Command(bookmarks.add, (Arg("note", Text(), ""),)),
        "overplay/bookmark-remove": Command(
            bookmarks.remove, (Arg("which", Choice(("current",), numbers=True), "current"),)
        ),
        "overplay/bookmark-go": Command(bookmarks.go, (Arg("which", Choice(("next", "previous"), numbers=True)),)),
        "overplay/pin": Command(compare.pin),
        "overplay/model-add": Command(
            detections.add_model,
            (Arg("model", Text()), Arg("device", Text(), "auto"), Arg("precision", Text(), "auto")),
        ),
        "overplay/model-remove": Command(
            detections.remove_model, (Arg("which", Choice(("all",), numbers=True), "all"),)
        ),
        "overplay/training-stop": Command(training.stop),
        "overplay/bookmarks-export": Command(bookmarks.export, (Arg("path", Text()),)),
        "overplay/bookmarks-import": Command(bookmarks.take_in, (Arg("path", Text()),)),
        "script-message": Command(
            lambda host, *args: host.broadcast(event("client-message", args=list(args))),
            (Arg("args", Text()),),
            vararg=True,
        ),
    }


_FORCE = Choice(("weak", "force"))
_YES_NO = Choice(("no", "yes"))


class _Direction(Value):
    """`up`, `down`, or a number."""

    name = "Cycle"

    def read(self, given: object) -> str | float:
        return str(given) if given in ("up", "down") else Number().read(given)


def _step(host: Host) -> None:
    _need_file(host)
    host.step()


def _step_back(host: Host) -> None:
    _need_file(host)
    host.step(-1)


def _revert(host: Host, flags: frozenset[str]) -> None:
    _need_file(host)
    host.revert_seek(mark="mark" in flags)


def _need_file(host: Host) -> None:
    try:
        opened(host)
    except IpcError:
        raise IpcError(FAILED) from None


def _load(host: Host, path: str, flag: LoadFlag, index: object, options: object = "") -> Deferred:
    """mpv 0.38 put `index` before `options`; a text or a dict in its place is options."""
    place = -1
    if flag.startswith("insert-at"):
        place = cast(int, _read(Arg("index", Whole(-1)), index))
    elif not isinstance(index, int | str | dict):
        raise IpcError(INVALID_PARAMETER)
    given = read_input(index if isinstance(index, str | dict) and not options else options)
    return host.load(check_path(path), flag, place, given)


def _play_index(host: Host, index: str | int) -> None:
    if index == "none":
        if not is_idle(host):
            host.stop()
        return
    place = host.place if index == "current" else int(index)
    if place is None or place >= len(host.entries()):
        raise IpcError(FAILED)
    host.play_entry(place)
