"""Files that hold nothing but pictures, raw YUV and RGB: what they are taken for, and opening them."""

from __future__ import annotations

import functools
import io
import os
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av

from player.errors import OpenError, RawFormatNeededError
from player.media.raw_name import guess_from_name
from player.options import Input

if TYPE_CHECKING:
    from av.container import InputContainer

DEFAULT_RATE = Fraction(25)
_LIKELY = ("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le", "gray")
"""Tried in this order where the name does not say the pixel format: the first that divides the file evenly."""
_Y4M_MAGIC = b"YUV4MPEG2 "


@dataclass(frozen=True, slots=True)
class RawFormat:
    """Everything that has to be known of raw pictures."""

    width: int
    height: int
    pix_fmt: str
    rate: Fraction = DEFAULT_RATE

    @property
    def picture_bytes(self) -> int:
        """How much of the file one picture takes."""
        return picture_bytes(self.pix_fmt, self.width, self.height)


@functools.cache
def pixel_formats() -> tuple[str, ...]:
    """The names of the pixel formats that raw files can have, sorted: all that lie in ordinary memory."""
    names = []
    for name in sorted(av.video.format.names):  # type: ignore[attr-defined]  # the stubs lack it
        try:
            picture_bytes(name, 16, 16)
        except ValueError:
            continue  # of a graphics card
        names.append(name)
    return tuple(names)


@functools.lru_cache(maxsize=256)
def picture_bytes(pix_fmt: str, width: int, height: int) -> int:
    """Bytes of one picture without padding, as FFmpeg counts them. Raises ValueError where there are no such."""
    options = {"video_size": f"{width}x{height}", "pixel_format": pix_fmt, "framerate": "1"}
    try:
        with av.open(io.BytesIO(b""), "r", format="rawvideo", options=options) as container:
            size = (container.streams.video[0].codec_context.bit_rate or 0) // 8
    except av.FFmpegError as error:
        raise ValueError(f"there are no pictures of {width}x{height} {pix_fmt}") from error
    if size <= 0:
        raise ValueError(f"pictures of {pix_fmt} have no size")
    return size


def raw_format(path: str, given: Input, size_bytes: int | None) -> RawFormat | None:
    """What `path` is taken for, by what is given and by its name; None when it is to be opened as a media file.

    For a path with a raw extension, or where it is asked for; `size_bytes` is None for what is no regular file.
    Raises RawFormatNeededError when the size of its pictures is not known.
    """
    forced = given.demuxer == "rawvideo"
    guess = guess_from_name(path)
    size = given.size or guess.size
    if not forced and size_bytes is not None and _is_y4m(path):
        return None
    if not forced and size is None and path.lower().endswith(".raw"):
        return None  # cameras and sound programs call theirs so too
    if size is None:
        raise RawFormatNeededError(path)
    pix_fmt = given.pix_fmt or guess.pix_fmt or _likely_format(size, guess.depth, size_bytes)
    return RawFormat(size[0], size[1], pix_fmt, given.rate or guess.rate or DEFAULT_RATE)


def open_raw(path: str, raw: RawFormat, max_pixels: int) -> tuple[InputContainer, str]:
    """The container, and a sentence about a last picture that is cut short, '' without. Raises OpenError."""
    each = check_raw(path, raw, max_pixels)
    size = os.path.getsize(path)
    if size < each:
        said = f"{raw.width}x{raw.height} {raw.pix_fmt}"
        raise OpenError(path, f"its {size} bytes are less than one picture of {said}, which takes {each}")
    count, rest = divmod(size, each)
    # Only whole pictures: FFmpeg would give the rest as a damaged packet.
    url = f"subfile,,start,0,end,{count * each},,:file:{os.path.abspath(path)}"
    container = av.open(url, "r", format="rawvideo", options=raw_options(raw, "subfile,file"))
    remark = f"{os.path.basename(path)} ends within a picture: the last {rest} of {each} bytes are left out"
    return container, remark if rest else ""


def check_raw(path: str, raw: RawFormat, max_pixels: int) -> int:
    """The bytes of a picture. Raises OpenError when such pictures are too large or do not exist."""
    if raw.width * raw.height > max_pixels:
        raise OpenError(path, f"its pictures of {raw.width}x{raw.height} are larger than {max_pixels} pixels")
    try:
        return raw.picture_bytes
    except ValueError as error:
        raise OpenError(path, f"there are no raw pictures of {raw.width}x{raw.height} {raw.pix_fmt}") from error


def raw_options(raw: RawFormat, protocols: str) -> dict[str, str]:
    """Options for `av.open` with the format rawvideo."""
    return {
        "video_size": f"{raw.width}x{raw.height}",
        "pixel_format": raw.pix_fmt,
        "framerate": f"{raw.rate.numerator}/{raw.rate.denominator}",
        "protocol_whitelist": protocols,
        "format_whitelist": "rawvideo",
    }


def _likely_format(size: tuple[int, int], depth: int | None, size_bytes: int | None) -> str:
    likely = [name for name in _LIKELY if depth is None or (depth == 8) == name.endswith(("p", "gray"))]
    if depth not in (None, 8):
        likely = [f"{name}{depth}le" for name in ("yuv420p", "yuv422p", "yuv444p")]
    for name in likely:
        if size_bytes and size_bytes % picture_bytes(name, *size) == 0:
            return name
    return likely[0]


def _is_y4m(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(_Y4M_MAGIC)) == _Y4M_MAGIC
    except OSError:
        return False
