"""The pair on screen in words and for scripts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.compare.metrics import Figures
    from player.records import Picture
    from ui.compare.compare import Compare


def picture_words(picture: Picture | None, number: int | None) -> tuple[str, str, str, str]:
    """Number, pts, time and type."""
    if picture is None:
        return ("–", "–", "–", "–")
    kind = "key, " if picture.key else ""
    return (
        "not known" if number is None else str(number),
        "none" if picture.pts is None else str(picture.pts),
        "none" if picture.time_s is None else f"{picture.time_s:.6f} s",
        f"{kind}{picture.pict_type}",
    )


def psnr_words(psnr_db: float) -> str:
    return "equal" if math.isinf(psnr_db) else f"{psnr_db:.2f} dB"


def ssim_words(ssim: float | None) -> str:
    return "too small" if ssim is None else f"{ssim:.5f}"


def state_json(compare: Compare, on_screen: Picture | None) -> dict[str, object]:
    """All of it. `a` and `b` belong together exactly; `state` says "exact" when they are what is on screen."""
    pair, measured = compare.pair, compare.measured
    shown = compare.picture if pair is None else pair.picture
    if not compare.is_on:
        state = "off"
    elif pair is not None and shown is on_screen:
        state = "exact"
    else:
        state = "none" if compare.problem else "pending"
    metrics: dict[str, object] | None = None
    if measured is not None and measured.metrics is not None:
        found = measured.metrics
        metrics = {
            **{each.name: _figures(each) for each in found.components},
            "all": _figures(found.overall),
            "remark": found.remark,
        }
    return {
        "against": compare.against,
        "file": compare.file or None,
        "mode": compare.how,
        "split": compare.split,
        "gain": compare.gain,
        "rate": compare.rate,
        "offset_s": compare.offset.seconds,
        "offset_frames": compare.offset.pictures,
        "state": state,
        "problem": compare.problem or (measured.problem or None if measured is not None else None),
        "a": _picture(compare, shown) if compare.is_on else None,
        "b": None if pair is None else _picture(compare, pair.reference, is_reference=True),
        "metrics": metrics,
    }


def _picture(compare: Compare, picture: Picture | None, *, is_reference: bool = False) -> dict[str, object] | None:
    if picture is None:
        return None
    return {
        "index": picture.index if is_reference else compare.number_of(picture),
        "pts": picture.pts,
        "time_base": str(picture.time_base),
        "time": picture.time_s,
        "key": picture.key,
        "type": picture.pict_type,
    }


def _figures(figures: Figures) -> dict[str, object]:
    """PSNR is null where it is infinite."""
    return {
        "psnr": None if math.isinf(figures.psnr_db) else figures.psnr_db,
        "ssim": figures.ssim,
        "equal": math.isinf(figures.psnr_db),
    }
