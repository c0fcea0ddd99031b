"""Numbered images as one film: `shot_%04d.png`, or `shot_0001.png` with its siblings.

Only files of one folder whose names differ in one number are ever opened, and only by us: FFmpeg's image reader gets
them one by one through `_open_numbered` (HOUSE fact 20). Numbers that are missing are passed over.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av

from player.errors import OpenError
from player.options import Input

if TYPE_CHECKING:
    from av.container import InputContainer

IMAGE_EXTENSIONS = frozenset(
    {
        "bmp", "dpx", "exr", "hdr", "j2k", "jls", "jp2", "jpeg", "jpg", "pam", "pbm", "pfm", "pgm", "phm", "png", "pnm",
        "ppm", "qoi", "sgi", "tga", "tif", "tiff", "webp",
    }
)  # fmt: skip
DEFAULT_RATE = Fraction(25)
MAX_DIGITS = 9
_PATTERN = re.compile(r"%(?:0([1-9]))?d")
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Sequence:
    """The files in the order of their numbers."""

    files: tuple[str, ...]
    first: int
    last: int

    @property
    def remark(self) -> str:
        """A sentence about numbers that are missing, '' when none is."""
        missing = self.last - self.first + 1 - len(self.files)
        if not missing:
            return ""
        are = "number is" if missing == 1 else "numbers are"
        return f"{missing} {are} missing between {self.first} and {self.last}; {len(self.files)} images play in a row"


@dataclass(frozen=True, slots=True)
class _Names:
    """What the names of a sequence's files have in common; numbers shorter than `width` have zeros before them."""

    before: str
    width: int
    after: str

    def number_of(self, name: str) -> int | None:
        """None for a file that does not belong to it."""
        digits = name[len(self.before) : len(name) - len(self.after)]
        if not (name.startswith(self.before) and name.endswith(self.after) and digits.isascii() and digits.isdigit()):
            return None
        fits = len(digits) == self.width or (len(digits) > self.width and digits[0] != "0")
        return int(digits) if fits and len(digits) <= MAX_DIGITS else None


def is_pattern(path: str) -> bool:
    """`path` looks like `shot_%04d.png`. Where there is a file of that very name, that is meant."""
    name = os.path.basename(path)
    return _is_image(name) and len(_PATTERN.findall(name)) == 1 == name.count("%")


def find_sequence(path: str, given: Input) -> Sequence | None:
    """The images that `path` stands for; None when it is no pattern, nor an image that is to be taken as one of many.

    Raises OpenError when the folder cannot be read, or holds no image for the pattern.
    """
    if os.path.exists(path):
        return _find(path, _all_names(path)) if given.sequence and _is_image(path) else None
    if not is_pattern(path):
        return None
    name = os.path.basename(path)
    match = _PATTERN.search(name)
    assert match is not None
    found = _find(path, [_Names(name[: match.start()], int(match[1] or 1), name[match.end() :])])
    if found is None:
        raise OpenError(path, "there is no such file, and no image with a number in its place")
    return found


def open_sequence(path: str, sequence: Sequence, given: Input, max_pixels: int) -> InputContainer:
    """Raises what PyAV raises."""
    rate = given.rate or DEFAULT_RATE
    # image2 asks the file system itself which numbers there are, and it would stop at a hole. `subfile` exists for
    # every start before its end: so all numbers below the count do, and opening them is left to us.
    anchor = os.path.abspath(sequence.files[0]).replace("%", "%%")
    count = len(sequence.files)

    def open_numbered(url: str, _flags: int, _options: dict[str, str]) -> io.IOBase:
        return _open_numbered(sequence, url)

    return av.open(
        f"subfile,,start,%d,end,{count},,:file:{anchor}",
        "r",
        format="image2",
        options={
            "framerate": f"{rate.numerator}/{rate.denominator}",
            "pattern_type": "sequence",
            "start_number": "0",
            "protocol_whitelist": "subfile,file",
            "format_whitelist": "image2",
            "max_pixels": str(max_pixels),
        },
        metadata_errors="ignore",
        io_open=open_numbered,
    )


def _open_numbered(sequence: Sequence, url: str) -> io.IOBase:
    """A file that went away or is empty is a damaged picture, not the end."""
    number = int(url.removeprefix("subfile,,start,").partition(",")[0])
    try:
        file = open(sequence.files[number], "rb", buffering=0, opener=_open_without_waiting)  # noqa: SIM115
    except OSError:
        return io.BytesIO(b"\0")
    if os.fstat(file.fileno()).st_size == 0:
        file.close()
        return io.BytesIO(b"\0")
    return file


def _open_without_waiting(path: str, flags: int) -> int:
    """A FIFO that took a file's place since would hang us."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _is_image(name: str) -> bool:
    return os.path.splitext(name)[1][1:].lower() in IMAGE_EXTENSIONS


def _splits(name: str) -> Iterator[tuple[str, str, str]]:
    """`name` before, in, and after each number in it, the last first."""
    stem = os.path.splitext(name)[0]
    if not _is_image(name):
        return
    for match in reversed(list(_NUMBER.finditer(stem))):
        if len(match[0]) <= MAX_DIGITS:
            yield name[: match.start()], match[0], name[match.end() :]


def _all_names(path: str) -> list[_Names]:
    """What the image's siblings may be called, the likeliest first."""
    names = []
    for before, digits, after in _splits(os.path.basename(path)):
        names.append(_Names(before, len(digits), after))
        if digits[0] != "0":
            names.append(_Names(before, 1, after))
    return names


def _find(path: str, candidates: list[_Names]) -> Sequence | None:
    """The sequence with the most files; None when there is no file at all."""
    best: list[tuple[int, str]] = []
    folder = os.path.dirname(path)
    try:
        with os.scandir(folder or ".") as entries:
            images = [entry for entry in entries if _is_image(entry.name)]
            for names in candidates:
                numbered = [
                    (number, entry.name)
                    for entry in images
                    if (number := names.number_of(entry.name)) is not None and entry.is_file()
                ]
                if len(numbered) > len(best):
                    best = numbered
    except OSError as error:
        raise OpenError(path, (error.strerror or "its folder cannot be read").lower()) from error
    if not best:
        return None
    best.sort()
    return Sequence(tuple(os.path.join(folder, name) for _, name in best), best[0][0], best[-1][0])
