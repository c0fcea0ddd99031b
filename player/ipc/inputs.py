"""`loadfile`'s options that say how to read one: mpv's names for raw pictures, and ours. Others change nothing."""

from __future__ import annotations

from fractions import Fraction

from player.ipc.errors import INVALID_PARAMETER, IpcError
from player.options import Input

_NAMES = {
    "demuxer-rawvideo-w": "width", "demuxer-rawvideo-h": "height", "demuxer-rawvideo-fps": "rate",
    "demuxer-rawvideo-mp-format": "pix-fmt", "mf-fps": "rate",
}  # fmt: skip
MAX_SIDE = 1 << 16


def read_input(options: object) -> Input | None:
    """From `size=64x48,pix-fmt=nv12` or an object; None where nothing is said of it. Raises IpcError."""
    given = _pairs(options)
    values = {_NAMES.get(name, name): value for name, value in given.items()}
    known = {"demuxer", "size", "width", "height", "pix-fmt", "rate", "sequence"} & values.keys()
    if not known:
        return None
    demuxer = values.get("demuxer", "auto")
    if demuxer not in ("rawvideo", "auto"):
        demuxer = "auto"  # another of mpv's: the content tells
    return Input(
        "rawvideo" if demuxer == "rawvideo" else "auto",
        _size(values),
        _pix_fmt(values["pix-fmt"]) if "pix-fmt" in values else None,
        _rate(values["rate"]) if "rate" in values else None,
        values.get("sequence", "no") in ("yes", "true", "True"),
    )


def _pairs(options: object) -> dict[str, str]:
    if isinstance(options, dict):
        return {str(name): str(value) for name, value in options.items()}
    if not isinstance(options, str):
        return {}
    return {name.strip(): value.strip() for name, _, value in (part.partition("=") for part in options.split(","))}


def _size(values: dict[str, str]) -> tuple[int, int] | None:
    width, height = values.get("width"), values.get("height")
    if "size" in values:
        width, _, height = values["size"].partition("x")
    if width is None and height is None:
        return None
    sides = [int(side) if side and side.isascii() and side.isdecimal() and len(side) < 6 else 0
             for side in (width, height)]  # fmt: skip
    if not all(0 < side < MAX_SIDE for side in sides):
        raise IpcError(INVALID_PARAMETER)
    return sides[0], sides[1]


def _pix_fmt(text: str) -> str:
    from player.media.raw_video import pixel_formats

    if text not in pixel_formats():
        raise IpcError(INVALID_PARAMETER)
    return text


def _rate(text: str) -> Fraction:
    from player.media.raw_name import exact_rate

    rate = exact_rate(text)
    if rate is None:
        raise IpcError(INVALID_PARAMETER)
    return rate
