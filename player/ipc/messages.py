"""One line each way: requests as they come, replies and events as they go."""

from __future__ import annotations

import json
from typing import NoReturn

from player.ipc.errors import INVALID_PARAMETER, IpcError
from player.quick_dataclass import dataclass

SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Request:
    """A JSON request. `command` is a list, or a dict of named arguments; neither is checked yet."""

    command: object
    request_id: object = 0
    is_async: bool = False
    error: str | None = None
    """What is wrong with the request itself; it is then answered with that and not run."""


@dataclass(frozen=True, slots=True)
class TextCommand:
    """A line that is no JSON object: a command as in mpv's input.conf. It gets no reply."""

    text: str


def read_line(line: bytes) -> Request | TextCommand | None:
    """What a line asks for; None for an empty line and a comment. Never raises.

    A name need not be valid UTF-8: its odd bytes are kept as Python keeps them in paths.
    """
    text = line.decode("utf-8", "surrogateescape").strip(" \t\r\0")
    if not text or text.startswith("#"):
        return None
    return _read_object(text) if text.startswith("{") else TextCommand(text)


def _read_object(text: str) -> Request:
    try:
        # As mpv does it, what stands behind the object is not looked at.
        found, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return Request(None, error=INVALID_PARAMETER)
    return Request(found.get("command"), found.get("request_id", 0), found.get("async") is True)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def reply(request_id: object, *, error: str = SUCCESS, **data: object) -> bytes:
    """The answer to a request; `data=` only where there is some to give (None is some)."""
    return encode({**data, "request_id": request_id, "error": error})


def event(name: str, /, **details: object) -> dict[str, object]:
    return {"event": name, **details}


def encode(message: object) -> bytes:
    """`message` as a line. Names go out in the bytes they have on disk."""
    text = to_json(message)
    try:
        return text.encode("utf-8", "surrogateescape") + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair, which only a client can have sent
        return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check_path(text: str) -> str:
    """`text` as a path that the system can be asked for. Raises IpcError."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise IpcError(INVALID_PARAMETER) from None
    if not text or "\0" in text:
        raise IpcError(INVALID_PARAMETER)
    return text
