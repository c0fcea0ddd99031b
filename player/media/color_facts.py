"""Each colour property of a picture with its value and where it came from, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from av.video.reformatter import ColorPrimaries, ColorTrc

from player.media.color import color_of, is_rgb

if TYPE_CHECKING:
    import av

Facts = dict[str, Any]


def color_facts(
    carrier: av.VideoFrame | av.VideoCodecContext, pixel_format: str, size: tuple[int, int], *, untagged_601: bool
) -> Facts:
    """What each property is, "from" being "tagged", "guessed" or, unused, "not tagged". `size` is as coded."""
    color = color_of(
        int(carrier.colorspace), int(carrier.color_range), pixel_format, *size, untagged_601=untagged_601
    )  # fmt: skip
    facts: Facts = {
        "matrix": {"value": color.matrix.value, "from": _origin(color.matrix_tagged)},
        "range": {"value": color.range.value, "from": _origin(color.range_tagged)},
        "primaries": _tag(int(carrier.color_primaries), ColorPrimaries),
        "transfer": _tag(int(carrier.color_trc), ColorTrc),
    }
    if not is_rgb(pixel_format):
        facts["siting"] = {"value": color.siting.value, "from": "guessed"}
    return facts


def _origin(tagged: bool) -> str:
    return "tagged" if tagged else "guessed"


def _tag(value: int, names: type[ColorPrimaries] | type[ColorTrc]) -> Facts:
    known = {int(member): member.name.lower() for member in names}
    if value in (0, 2) or known.get(value) == "unspecified":
        return {"value": None, "from": "not tagged"}
    return {"value": known.get(value, str(value)), "from": "tagged"}
