"""Protobuf's bytes, read and written field by field: enough to look into an ONNX file before any engine opens it."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """These bytes are no protobuf message."""


def read_fields(data: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
    """Number, wire type and value of each field of a message, in order: a number, or its bytes without a copy."""
    at, end = 0, len(data)
    while at < end:
        tag, at = _read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == VARINT:
            value, at = _read_varint(data, at)
            yield number, wire, value
            continue
        if wire == BYTES:
            size, at = _read_varint(data, at)
        elif wire == FIXED64:
            size = 8
        elif wire == FIXED32:
            size = 4
        else:
            raise WireError(f"wire type {wire}")
        if at + size > end:
            raise WireError("cut short")
        yield number, wire, data[at : at + size]
        at += size


def write_varint(number: int, value: int) -> bytes:
    return _varint(number << 3 | VARINT) + _varint(value)


def write_head(number: int, size: int) -> bytes:
    """What stands before the `size` bytes of a field."""
    return _varint(number << 3 | BYTES) + _varint(size)


def write_field(number: int, wire: int, value: int | memoryview) -> list[bytes | memoryview]:
    """A field as `read_fields` gave it, in pieces."""
    if isinstance(value, int):
        return [write_varint(number, value)]
    head = write_head(number, len(value)) if wire == BYTES else _varint(number << 3 | wire)
    return [head, value]


def _read_varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise WireError("cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise WireError("a number without end")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
