"""Looks in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.media.color import Color, Matrix, Primaries, Range, Transfer, is_gray, is_rgb, overridden
from player.media.look import Channel, Field, Look, mapping_of
from player.media.raster import has_alpha

if TYPE_CHECKING:
    from player.records import Picture

CHANNEL_NAMES: dict[Channel, str] = {
    "all": "All channels", "y": "Y′ (luma)", "cb": "Cb", "cr": "Cr", "r": "R′ (red)", "g": "G′ (green)",
    "b": "B′ (blue)", "alpha": "Alpha",
}  # fmt: skip
FIELD_NAMES: dict[Field, str] = {"both": "Both fields", "top": "Top field", "bottom": "Bottom field"}
MATRIX_NAMES = {
    Matrix.BT601: "BT.601", Matrix.BT709: "BT.709", Matrix.BT2020: "BT.2020", Matrix.SMPTE240M: "SMPTE 240M",
    Matrix.FCC: "FCC", Matrix.YCGCO: "YCgCo", Matrix.RGB: "None (G′B′R′)",
}  # fmt: skip
RANGE_NAMES = {Range.LIMITED: "Limited", Range.FULL: "Full"}
PRIMARIES_NAMES = {
    Primaries.BT709: "BT.709", Primaries.BT601_525: "BT.601 (525 lines)", Primaries.BT601_625: "BT.601 (625 lines)",
    Primaries.BT2020: "BT.2020", Primaries.DCI_P3: "DCI-P3", Primaries.DISPLAY_P3: "Display P3",
}  # fmt: skip
TRANSFER_NAMES = {Transfer.SDR: "SDR", Transfer.PQ: "PQ", Transfer.HLG: "HLG"}


def mapping_words(look: Look, color: Color) -> str:
    """Of HDR or other primaries: what is done to them."""
    name = TRANSFER_NAMES[color.transfer]
    if color.transfer is Transfer.SDR:
        return f"{PRIMARIES_NAMES[color.primaries]} primaries, converted to BT.709"
    return f"{name}, tone-mapped to SDR" if look.tone_map else f"{name}, not tone-mapped"


def describe(look: Look, tagged: Color, picture: Picture, *, has_reference: bool) -> list[str]:
    """A line for everything that keeps the picture from being shown as it is."""
    format_name = picture.frame.format.name
    color = overridden(tagged, look.override, format_name)
    lines = []
    if look.channel != "all":
        lines.append(_channel_words(look.channel, color, picture))
    elif look.false_color:
        lines.append("False colours of the luma")
    if look.zebra:
        lines.append("Zebra at the nominal limits")
    if look.field != "both":
        lines.append(FIELD_NAMES[look.field] + ("" if picture.interlaced else " of a progressive picture"))
    if look.against != "none" and has_reference:
        gain = f" × {look.gain:g}" if look.against == "difference" else ""
        lines.append({"difference": "Difference", "split": "Split", "flicker": "Flicker"}[look.against] + gain)
    for name, said in (
        ("Matrix", look.override.matrix and MATRIX_NAMES[look.override.matrix]),
        ("Range", look.override.range and RANGE_NAMES[look.override.range].lower()),
        ("Primaries", look.override.primaries and PRIMARIES_NAMES[look.override.primaries]),
        ("Transfer", look.override.transfer and TRANSFER_NAMES[look.override.transfer]),
    ):
        if said and is_rgb(format_name) and name in ("Matrix", "Range"):
            lines.append(f"{name} {said} says nothing of R′G′B′")
        elif said:
            lines.append(f"{name} taken as {said}")
    plain_colours = look.channel == "all" and not look.false_color
    if plain_colours and (mapping_of(color, look) is not None or color.transfer is not Transfer.SDR):
        lines.append(mapping_words(look, color))
    return lines


def _channel_words(channel: Channel, color: Color, picture: Picture) -> str:
    """A channel, and where it comes from when the picture has none."""
    name, format_name = CHANNEL_NAMES[channel], picture.frame.format.name
    if channel == "alpha":
        return name if has_alpha(picture.frame.format) else "Alpha: none, all opaque"
    if channel in ("y", "cb", "cr"):
        if is_rgb(format_name):
            return f"{name}, made of R′G′B′ by {MATRIX_NAMES[_made_by(color)]}"
        return f"{name}: none in a grey picture" if is_gray(format_name) and channel != "y" else f"{name}, code values"
    if is_rgb(format_name):
        return name
    return f"{name}, made of Y′CbCr by {MATRIX_NAMES[color.matrix]}, {RANGE_NAMES[color.range].lower()} range"


def _made_by(color: Color) -> Matrix:
    return Matrix.BT709 if color.matrix is Matrix.RGB else color.matrix
