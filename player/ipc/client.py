"""One client: what it asked to be told, and the answers to what it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final

from player.ipc import properties
from player.ipc.commands import Commands
from player.ipc.errors import INVALID_PARAMETER, IpcError
from player.ipc.host import Deferred, Topic
from player.ipc.messages import Request, TextCommand, encode, event, read_line, reply
from player.ipc.text import split_commands
from player.ipc.values import to_text
from player.quick_dataclass import dataclass

MAX_OBSERVERS = 1000
"""Of one client: each is looked at again and again."""
API_VERSION = 2 << 16
"""Of mpv's client API, as 0.35 has it."""
_EVENT_NAMES = (
    "none shutdown log-message get-property-reply set-property-reply command-reply start-file end-file file-loaded "
    "idle tick client-message video-reconfig audio-reconfig seek playback-restart property-change queue-overflow "
    "hook"
)
EVENTS = frozenset(_EVENT_NAMES.split())
LOG_LEVELS = ("no", "fatal", "error", "warn", "info", "status", "v", "debug", "trace", "terminal-default")
_NOTHING: Final = object()


@dataclass(slots=True)
class Observer:
    number: int
    name: str
    as_text: bool
    topic: Topic
    last: object = _NOTHING
    """What the client was told; `_NOTHING` before the first time, None for unavailable."""


@dataclass(slots=True)
class Values:
    """Property values of one moment, each read once however many watch it."""

    commands: Commands
    _read: dict[str, object] = field(default_factory=dict)

    def get(self, name: str, *, as_text: bool) -> object:
        """None where the property is unavailable or unknown."""
        if name not in self._read:
            try:
                self._read[name] = properties.read(self.commands.table, self.commands.host, name)
            except IpcError:
                self._read[name] = None
        value = self._read[name]
        return to_text(value) if as_text and value is not None else value


class Client:
    """`send` takes whole lines for the client, in order. Owner's thread only; nothing waits."""

    def __init__(self, name: str, commands: Commands, send: Callable[[bytes], None]) -> None:
        self.name = name
        self.busy = False
        """A command is under way whose answer the next ones must wait for."""
        self.on_ready: Callable[[], None] = lambda: None
        """Called when it is busy no longer."""
        self._commands = commands
        self._send = send
        self._observers: list[Observer] = []
        self._muted_events: set[str] = set()
        self._log_level = "no"
        self._own: dict[str, Callable[..., object]] = {
            "client_name": lambda: self.name,
            "get_time_us": commands.host.now_us,
            "get_version": lambda: API_VERSION,
            "get_property": self._get,
            "get_property_string": self._get_text,
            "set_property": self._set,
            "set_property_string": self._set,
            "observe_property": lambda number, name: self._observe(number, name, as_text=False),
            "observe_property_string": lambda number, name: self._observe(number, name, as_text=True),
            "unobserve_property": self._unobserve,
            "enable_event": lambda name: self._mute(name, False),
            "disable_event": lambda name: self._mute(name, True),
            "request_log_messages": self._request_log,
        }

    # What comes in.

    def take(self, line: bytes) -> None:
        """Runs what `line` asks for and answers it."""
        asked = read_line(line)
        if isinstance(asked, TextCommand):
            self._run_text(asked.text)
        elif asked is not None:
            self._run(asked)

    def _run_text(self, text: str) -> None:
        """Such commands are not answered, whatever becomes of them."""
        try:
            for words in split_commands(text):
                self._commands.run(words)
        except IpcError:
            pass

    def _run(self, asked: Request) -> None:
        fresh: list[Observer] = []
        try:
            if asked.error is not None:
                raise IpcError(asked.error)
            before = len(self._observers)
            answer, has_data = self._call(asked.command)
            fresh = self._observers[before:]
        except IpcError as error:
            self._send(reply(asked.request_id, error=str(error)))
            return
        if isinstance(answer, Deferred):
            self._await(answer, asked)
            return
        self._send(reply(asked.request_id, data=answer) if has_data else reply(asked.request_id))
        if fresh:
            self._tell(fresh)

    def _call(self, command: object) -> tuple[object, bool]:
        """The answer, and whether it is data for the reply."""
        if isinstance(command, Mapping):
            return self._commands.run(command), True
        if not isinstance(command, list) or not command:
            raise IpcError(INVALID_PARAMETER)
        own = self._own.get(command[0]) if isinstance(command[0], str) else None
        if own is None:
            return self._commands.run(command), True
        if len(command) - 1 != _argument_count(command[0]):
            raise IpcError(INVALID_PARAMETER)
        answer = own(*command[1:])
        return answer, answer is not _NOTHING

    def _await(self, answer: Deferred, asked: Request) -> None:
        self.busy = not asked.is_async

        def settled(data: object) -> None:
            failed = isinstance(data, IpcError)
            self._send(reply(asked.request_id, error=str(data)) if failed else reply(asked.request_id, data=data))
            if not asked.is_async:
                self.busy = False
                self.on_ready()

        answer.then(settled)

    # The commands that concern this client alone.

    def _get(self, name: object) -> object:
        return properties.read(self._commands.table, self._commands.host, _text(name))

    def _get_text(self, name: object) -> str:
        return to_text(self._get(name))

    def _set(self, name: object, value: object) -> object:
        answer = properties.write(self._commands.table, self._commands.host, _text(name), value)
        return _NOTHING if answer is None else answer

    def _observe(self, number: object, name: object, *, as_text: bool) -> object:
        if len(self._observers) >= MAX_OBSERVERS:
            raise IpcError(INVALID_PARAMETER)
        name = _text(name)
        try:
            topic = properties.find(self._commands.table, name)[0].topic
        except IpcError:
            topic = Topic.STATE  # it is told once that there is nothing
        self._observers.append(Observer(_number(number), name, as_text, topic))
        return _NOTHING

    def _unobserve(self, number: object) -> object:
        wanted = _number(number)
        self._observers = [each for each in self._observers if each.number != wanted]
        return _NOTHING

    def _mute(self, name: object, muted: bool) -> object:
        names = EVENTS if name == "all" else {_text(name)}
        if not names <= EVENTS or (muted and name == "shutdown"):
            raise IpcError(INVALID_PARAMETER)
        if muted:
            self._muted_events |= names - {"shutdown"}
        else:
            self._muted_events -= names
        return _NOTHING

    def _request_log(self, level: object) -> object:
        if _text(level) not in LOG_LEVELS:
            raise IpcError(INVALID_PARAMETER)
        self._log_level = _text(level)
        return _NOTHING

    # What goes out.

    def watches(self, topic: Topic) -> bool:
        return any(each.topic & topic for each in self._observers)

    def tell_changes(self, topic: Topic, values: Values) -> None:
        """Tells the client of the properties it watches that `topic` has changed."""
        self._tell([each for each in self._observers if each.topic & topic], values)

    def _tell(self, observers: list[Observer], values: Values | None = None) -> None:
        values = values or Values(self._commands)
        for each in observers:
            value = values.get(each.name, as_text=each.as_text)
            if each.last is not _NOTHING and _same(each.last, value):
                continue
            each.last = value
            change = event("property-change", id=each.number, name=each.name)
            self._send(encode(change if value is None else {**change, "data": value}))

    def tell(self, message: dict[str, object]) -> None:
        """An event, unless the client does not want it."""
        if message["event"] not in self._muted_events:
            self._send(encode(message))

    def log(self, level: str, text: str) -> None:
        """A message of the program, at or above the level the client asked for."""
        wanted = "info" if self._log_level == "terminal-default" else self._log_level
        if LOG_LEVELS.index(level) <= LOG_LEVELS.index(wanted):
            self._send(encode(event("log-message", prefix="overplay", level=level, text=text + "\n")))


_ARGUMENTS = {
    "client_name": 0, "get_time_us": 0, "get_version": 0, "set_property": 2, "set_property_string": 2,
    "observe_property": 2, "observe_property_string": 2,
}  # fmt: skip


def _argument_count(name: str) -> int:
    return _ARGUMENTS.get(name, 1)


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise IpcError(INVALID_PARAMETER)
    return given


def _number(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise IpcError(INVALID_PARAMETER)
    return given
