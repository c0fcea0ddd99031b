"""What a PNG file says of its pixels beside them: their colours and their shape (PNG 3rd edition, 11.3.2 and 11.3.4).

Pictures of the standard range are written as sRGB: players and viewers show their values as they are, and a viewer that
was told BT.709's camera curve would change them. HDR keeps its own curve, which only cICP can name.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction

from player.media.color import Color, Primaries, Transfer

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_OURS = frozenset({b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"mDCV", b"cLLI"})

_CODES = {
    Primaries.BT709: 1,
    Primaries.BT601_625: 5,
    Primaries.BT601_525: 6,
    Primaries.BT2020: 9,
    Primaries.DCI_P3: 11,
    Primaries.DISPLAY_P3: 12,
}
_TRANSFERS = {Transfer.SDR: 13, Transfer.PQ: 16, Transfer.HLG: 18}
"""H.273's numbers."""
_D65 = (31270, 32900)
_CHROMATICITIES = {
    Primaries.BT709: (*_D65, 64000, 33000, 30000, 60000, 15000, 6000),
    Primaries.BT601_625: (*_D65, 64000, 33000, 29000, 60000, 15000, 6000),
    Primaries.BT601_525: (*_D65, 63000, 34000, 31000, 59500, 15500, 7000),
    Primaries.BT2020: (*_D65, 70800, 29200, 17000, 79700, 13100, 4600),
    Primaries.DCI_P3: (31400, 35100, 68000, 32000, 26500, 69000, 15000, 6000),
    Primaries.DISPLAY_P3: (*_D65, 68000, 32000, 26500, 69000, 15000, 6000),
}
"""x and y of white, red, green, blue in 100000ths."""
_SRGB_GAMMA = 45455


def color_chunks(color: Color | None) -> bytes:
    """The chunks for R'G'B' of `color`; for None, of what a screen shows: sRGB."""
    if color is None:
        return _srgb()
    if color.transfer is Transfer.SDR:
        if color.primaries is Primaries.BT709 or not color.primaries_tagged:
            return _srgb()
        return _cicp(color) + chunk(b"gAMA", struct.pack(">I", _SRGB_GAMMA)) + _chrm(color.primaries)
    return _cicp(color) + _chrm(color.primaries)


def shape_chunk(sample_aspect: Fraction) -> bytes:
    """The chunk that says how wide a pixel is for its height; nothing for square ones."""
    if sample_aspect == 1:
        return b""
    aspect = sample_aspect.limit_denominator(100_000)
    return chunk(b"pHYs", struct.pack(">IIB", aspect.denominator, aspect.numerator, 0))


def with_chunks(png: bytes, chunks: bytes) -> bytes:
    """`png` with these chunks behind its header, instead of those of these kinds that it had."""
    kept = [whole for kind, whole in read_chunks(png) if kind not in _OURS]
    return b"".join([SIGNATURE, kept[0], chunks, *kept[1:]])


def read_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind of each chunk, and its bytes with length and checksum."""
    place = len(SIGNATURE)
    while place + 12 <= len(png):
        length = int.from_bytes(png[place : place + 4])
        yield png[place + 4 : place + 8], png[place : place + 12 + length]
        place += 12 + length


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _srgb() -> bytes:
    """The rendering intent is the perceptual one; the other two are for programs that do not know sRGB."""
    gamma = chunk(b"gAMA", struct.pack(">I", _SRGB_GAMMA))
    return chunk(b"sRGB", b"\0") + gamma + _chrm(Primaries.BT709)


def _cicp(color: Color) -> bytes:
    return chunk(b"cICP", bytes([_CODES[color.primaries], _TRANSFERS[color.transfer], 0, 1]))


def _chrm(primaries: Primaries) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *_CHROMATICITIES[primaries]))
