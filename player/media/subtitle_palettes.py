"""The colours of subtitle pictures, read from their packets: PyAV gives places in a palette, and no palette.

Layouts: PGS as in US patent US20090185789A1 (the presentation graphics stream of Blu-ray), VobSub as in the DVD-Video
sub-picture unit (https://dvd.sourceforge.net/dvdinfo/spu.html). What is cut short gives no colours, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from player.quick_dataclass import dataclass

Colour = tuple[int, int, int, int]
"""Red, green, blue and opacity, 0 to 255."""
_PGS_PALETTE, _PGS_COMPOSITION = 0x14, 0x16
_ENTRY = 5
_BYTES_AFTER = {0x00: 0, 0x01: 0, 0x02: 0, 0x03: 2, 0x04: 2, 0x05: 6, 0x06: 4}
"""Of the commands of a sub-picture unit."""
_COLOURS, _OPACITY, _END = 0x03, 0x04, 0xFF


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours by place, and the size of the screen that the subtitles were made for where that is told."""

    colours: dict[int, Colour]
    canvas: tuple[int, int] | None = None


class PgsPalettes:
    """Follows a PGS stream: a packet may go on with colours that one before it has set."""

    def __init__(self) -> None:
        self._colours: dict[int, dict[int, Colour]] = {}  # by the palette's number
        self._canvas: tuple[int, int] | None = None
        self._in_use = 0

    def take(self, packet: bytes) -> Palette:
        """What `packet` is drawn with."""
        for kind, data in _segments(packet):
            if kind == _PGS_COMPOSITION and len(data) >= 10:
                width, height = int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big")
                self._canvas = (width, height) if width and height else None
                self._in_use = data[9]
                if data[7] & 0x80:
                    self._colours.clear()  # an epoch begins
            elif kind == _PGS_PALETTE and len(data) >= 2:
                entries = self._colours.setdefault(data[0], {})
                is_hd = self._canvas is not None and self._canvas[1] > 576
                for at in range(2, len(data) - _ENTRY + 1, _ENTRY):
                    place, luma, cr, cb, opacity = data[at : at + _ENTRY]
                    entries[place] = (*_rgb(luma, cb, cr, is_hd=is_hd), opacity)
        return Palette(dict(self._colours.get(self._in_use, {})), self._canvas)


def _segments(packet: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 3 <= len(packet):
        length = int.from_bytes(packet[at + 1 : at + 3], "big")
        yield packet[at], packet[at + 3 : at + 3 + length]
        at += 3 + length


def _rgb(luma: int, cb: int, cr: int, *, is_hd: bool) -> tuple[int, int, int]:
    """Of limited range: BT.709 for pictures of more than 576 lines, BT.601 else."""
    kr, kb = (0.2126, 0.0722) if is_hd else (0.299, 0.114)
    y, b, r = (luma - 16) / 219, (cb - 128) / 224, (cr - 128) / 224
    red, blue = y + 2 * (1 - kr) * r, y + 2 * (1 - kb) * b
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return _byte(red), _byte(green), _byte(blue)


def _byte(value: float) -> int:
    return min(255, max(0, round(value * 255)))


def vobsub_palette(packet: bytes, header: str) -> Palette:
    """The four colours of one sub-picture unit; `header` is the .idx file's text, which has the sixteen they are of."""
    told = re.search(r"palette:\s*([0-9a-fA-F, ]+)", header)
    sixteen = [int(each, 16) for each in re.findall(r"[0-9a-fA-F]{6}", told.group(1))] if told else []
    size = re.search(r"size:\s*(\d+)x(\d+)", header)
    canvas = (int(size.group(1)), int(size.group(2))) if size and int(size.group(1)) and int(size.group(2)) else None
    chosen, opacity = _control(packet)
    if len(sixteen) < 16 or chosen is None or opacity is None:
        return Palette({}, canvas)
    colours: dict[int, Colour] = {}
    for place in range(4):
        value = sixteen[chosen[place]]
        colours[place] = (value >> 16, value >> 8 & 0xFF, value & 0xFF, opacity[place] * 17)
    return Palette(colours, canvas)


def _control(packet: bytes) -> tuple[list[int] | None, list[int] | None]:
    """Which colours, and how opaque, for the places 0 to 3, of the first control sequence."""
    chosen = opacity = None
    at = int.from_bytes(packet[2:4], "big") + 4  # behind the sequence's time and the next one's place
    while at < len(packet) and (command := packet[at]) != _END and command in _BYTES_AFTER:
        values = packet[at + 1 : at + 1 + _BYTES_AFTER[command]]
        if command in (_COLOURS, _OPACITY) and len(values) == 2:
            nibbles = [values[1] & 15, values[1] >> 4, values[0] & 15, values[0] >> 4]
            chosen, opacity = (nibbles, opacity) if command == _COLOURS else (chosen, nibbles)
        at += 1 + _BYTES_AFTER[command]
    return chosen, opacity


def rgba_of(places: bytes, palette: Palette) -> bytes:
    """The pixels, four bytes each, of a picture that names a place in the palette with each byte."""
    pixels = bytearray(4 * len(places))
    for channel in range(4):
        table = bytes(palette.colours.get(place, (0, 0, 0, 0))[channel] for place in range(256))
        pixels[channel::4] = places.translate(table)
    return bytes(pixels)
