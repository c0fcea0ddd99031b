"""Fetching a file of the catalogue: by https alone, no byte more than it has, in its place only when it is right."""

from __future__ import annotations

import hashlib
import http.client
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

from player.analysis.catalogue import Entry
from player.analysis.model_names import place_of
from player.errors import ModelError
from player.whole_file import write_whole

TIMEOUT_S = 20.0
"""So long the server may say nothing."""
_CHUNK = 1 << 16

Advance = Callable[[int], None]
"""Called with the number of bytes that came; what it raises ends the download."""


def install(entry: Entry, advance: Advance = lambda _bytes: None, *, replace: bool = False) -> Path:
    """Fetches `entry`'s file to its place among the installed models. Raises ModelError.

    Whatever ends it early, nothing is there afterwards that was not before. Not on the GUI thread.
    """
    place = place_of(entry)
    if place.exists() and not replace:
        raise ModelError(f"{place} exists; --force replaces it.")
    try:
        content = fetch(entry.address, entry.size, advance)
    except FetchError as error:
        raise ModelError(
            f"Cannot fetch {entry.name}: {error}; with a browser, {entry.address} can be saved as {place}."
        ) from error
    if is_right(content, entry):
        _put(content, place, replace=replace)
        return place
    raise ModelError(f"Cannot fetch {entry.name}: what came from {entry.address} is another file than the catalogue's.")


def is_right(content: bytes, entry: Entry) -> bool:
    """Whether these are the bytes of the catalogue's file."""
    return hashlib.sha256(content).hexdigest() == entry.sha256


class FetchError(Exception):
    """Why there is nothing, as half a sentence."""


def fetch(address: str, size: int, advance: Advance) -> bytes:
    """The `size` bytes at `address`. Raises FetchError for fewer, for more, and when they would not come by https."""
    if not _is_https(address):
        raise FetchError("its address is not one of https")
    request = urllib.request.Request(address, headers={"User-Agent": "overplay"})
    try:
        with _opener().open(request, timeout=TIMEOUT_S) as answer:
            said = answer.headers.get("Content-Length", "")
            if said.isdecimal() and int(said) > size:
                raise FetchError(f"the file there has {said} bytes and not {size}")
            return _read(answer, size, advance)
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(f"{_host(address)} answered {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise FetchError(f"there is no connection to {_host(address)} ({_why(error.reason)})") from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"the connection to {_host(address)} broke off ({_why(error)})") from error


def _read(answer: IO[bytes], size: int, advance: Advance) -> bytes:
    content = bytearray()
    while chunk := answer.read(min(_CHUNK, size + 1 - len(content))):
        content += chunk
        if len(content) > size:
            raise FetchError(f"the file there has more than {size} bytes")
        advance(len(chunk))
    if len(content) < size:
        raise FetchError(f"the connection broke off after {len(content)} of {size} bytes")
    return bytes(content)


def _put(content: bytes, place: Path, *, replace: bool) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, content, replace=replace)
    except OSError as error:
        raise ModelError(f"Cannot write {place}: {error.strerror}.") from error


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to https, and no other."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not _is_https(newurl):
            fp.close()
            raise FetchError(f"{_host(req.full_url)} leads to an address that is not one of https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Knows https, by the system's certificates and through its proxy, and nothing else: no http, files or FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        _OnlyHttps(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _is_https(address: str) -> bool:
    return urllib.parse.urlsplit(address).scheme == "https"


def _host(address: str) -> str:
    return urllib.parse.urlsplit(address).hostname or address


def _why(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate does not hold: {reason.verify_message}"
    if isinstance(reason, TimeoutError):
        return f"it said nothing for {TIMEOUT_S:.0f} s"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return str(reason) or type(reason).__name__
