"""Commands as text, as mpv's input.conf has them: words, quoted or not, and `;` between commands."""

from __future__ import annotations

import re

from player.ipc.errors import INVALID_PARAMETER, IpcError

_TOKEN = re.compile(
    r"""\s*(?:(?P<end>;|$|\#.*)|"(?P<quoted>(?:[^"\\]|\\.)*)"|'(?P<plain>[^']*)'|(?P<bare>[^\s;"']+))"""
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def split_commands(text: str) -> list[list[str]]:
    """The words of each command in `text`. Raises IpcError for a quote without end."""
    commands: list[list[str]] = [[]]
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise IpcError(INVALID_PARAMETER)
        at = token.end()
        if token["end"] is not None:
            if token["end"] != ";":
                break
            commands.append([])
        elif token["quoted"] is not None:
            commands[-1].append(_ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), token["quoted"]))
        else:
            commands[-1].append(token["plain"] if token["plain"] is not None else token["bare"])
    return [command for command in commands if command]
