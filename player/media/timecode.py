"""SMPTE timecodes: from a stream's start plus a number of pictures, and from what pictures carry."""

from __future__ import annotations

import re
import struct
from fractions import Fraction

_FORM = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})")


def timecode_at(start: str, ordinal: int, rate: Fraction) -> str | None:
    """The timecode of a picture in a stream that begins at `start`; None where that is no timecode.

    A `;` before the pictures means drop-frame: numbers 0 and 1 (0 to 3 at 60 a second) are left out every minute but
    each tenth.
    """
    found = _FORM.fullmatch(start.strip())
    per_second = round(rate)
    if found is None or per_second <= 0:
        return None
    hours, minutes, seconds, pictures = (int(found[place]) for place in (1, 2, 3, 5))
    if minutes > 59 or seconds > 59 or pictures >= per_second:
        return None
    drops = per_second // 15 if found[4] in ";," and per_second % 30 == 0 else 0
    count = ((hours * 60 + minutes) * 60 + seconds) * per_second + pictures
    whole_minutes = hours * 60 + minutes
    count += ordinal - drops * (whole_minutes - whole_minutes // 10)
    if drops:
        tens, left = divmod(count, per_second * 600 - 9 * drops)
        count += 9 * drops * tens
        if left >= per_second * 60:
            count += drops * (1 + (left - per_second * 60) // (per_second * 60 - drops))
    seconds, pictures = divmod(count, per_second)
    return _text((seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, pictures), drops=bool(drops))


def s12m_timecode(data: bytes, rate: Fraction | None) -> str | None:
    """The first timecode of S12M side data: a count, then SMPTE ST 12-1 words in binary-coded decimal."""
    if len(data) < 8:
        return None
    count, word = struct.unpack_from("=II", data)
    if count < 1:
        return None
    pictures = _decimal(word >> 24 & 0x3F)
    if rate is not None and rate > 30:  # counted in pairs, with a bit for the second of the pair
        pictures = pictures * 2 + (word >> (7 if round(rate) == 50 else 23) & 1)
    parts = _decimal(word & 0x3F), _decimal(word >> 8 & 0x7F), _decimal(word >> 16 & 0x7F), pictures
    return _text(parts, drops=bool(word >> 30 & 1))


def gop_timecode(data: bytes) -> str | None:
    """That of an MPEG-1 or -2 group of pictures: 25 bits."""
    if len(data) < 8:
        return None
    (word,) = struct.unpack_from("=q", data)
    parts = word >> 19 & 0x1F, word >> 13 & 0x3F, word >> 6 & 0x3F, word & 0x3F
    return _text(parts, drops=bool(word >> 24 & 1))


def _decimal(coded: int) -> int:
    return (coded >> 4) * 10 + (coded & 0xF)


def _text(parts: tuple[int, int, int, int], *, drops: bool) -> str:
    hours, minutes, seconds, pictures = parts
    return f"{hours:02}:{minutes:02}:{seconds:02}{';' if drops else ':'}{pictures:02}"
