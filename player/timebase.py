"""Conversions between a container's integer timestamps and seconds. All of them live here."""

from __future__ import annotations

from fractions import Fraction

MICROSECOND = Fraction(1, 1_000_000)
"""The time base of container-level times (start, duration, chapters of some formats)."""


def to_seconds(pts: int | None, time_base: Fraction | None) -> float | None:
    """`pts` in units of `time_base`, as float seconds; None when either is unknown."""
    if pts is None or time_base is None:
        return None
    return pts * time_base.numerator / time_base.denominator


def to_pts(time_s: float, time_base: Fraction) -> int:
    """The nearest timestamp to `time_s` seconds in units of `time_base`."""
    return round(Fraction(time_s) / time_base)


def parse_time(text: str) -> float:
    """Seconds from `12.5`, `mm:ss[.frac]` or `[hh:]mm:ss[.frac]`; a leading minus is allowed.

    Raises ValueError, with a sentence for the user, when the text is none of these.
    """
    body = text.strip()
    sign = -1.0 if body.startswith("-") else 1.0
    parts = body.removeprefix("-").split(":")
    if not 1 <= len(parts) <= 3 or not all(parts):
        raise ValueError(f"{text!r} is not a time: seconds or [hh:]mm:ss[.frac] are expected")
    seconds = 0.0
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        digits = part.replace(".", "", 1) if is_last else part
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError(f"{text!r} is not a time: seconds or [hh:]mm:ss[.frac] are expected")
        value = float(part)
        if place > 0 and value >= 60.0:
            raise ValueError(f"{text!r} is not a time: minutes and seconds stay below 60")
        seconds = seconds * 60.0 + value
    return sign * seconds


def format_time(time_s: float | None, *, milliseconds: bool = False) -> str:
    """`time_s` as `m:ss` or `h:mm:ss`, with `.mmm` on request; dashes when unknown."""
    if time_s is None:
        return "--:--"
    sign = "-" if time_s < 0 else ""
    total_ms = round(abs(time_s) * 1000) if milliseconds else int(abs(time_s)) * 1000
    seconds, ms = divmod(total_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    body = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    return f"{sign}{body}.{ms:03d}" if milliseconds else f"{sign}{body}"
