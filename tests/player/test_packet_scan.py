"""The index that packets promise, against the plain meaning of what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from player.media.frame_index import ENTRY, KEY
from player.media.packet_scan import REORDERED, PacketScan

if TYPE_CHECKING:
    from player.media.decoder import Packet

BASE = Fraction(1, 1000)


@dataclass
class FakePacket:
    pts: int | None
    dts: int | None
    is_keyframe: bool = False
    is_discard: bool = False
    is_corrupt: bool = False


def scan_of(packets: list[FakePacket]) -> PacketScan:
    scan = PacketScan(BASE)
    for packet in packets:
        scan.add(cast("Packet", packet))
    return scan


_packets = st.lists(
    st.builds(
        FakePacket,
        st.integers(-40, 40),
        st.none() | st.integers(-40, 40),
        is_keyframe=st.booleans(),
        is_discard=st.sampled_from([False, False, False, True]),
    ),
    max_size=3 * REORDERED,
)


@given(_packets)
def test_every_packet_that_is_shown_is_a_picture_in_its_place(packets: list[FakePacket]) -> None:
    index = scan_of(packets).predict(complete=True)
    shown = sorted((each for each in packets if not each.is_discard), key=lambda each: each.pts or 0)
    if not shown:
        assert index is None
        return
    assert index is not None
    assert index.pts.tolist() == [each.pts for each in shown]
    assert list(index.flags) == [KEY | ENTRY if each.is_keyframe else 0 for each in shown]


@given(st.permutations(range(12)), st.integers(1, 6))
def test_before_the_end_only_those_that_none_can_precede(order: list[int], groups: int) -> None:
    """Groups of pictures each in any order, the decode times one behind the other."""
    packets = [
        FakePacket(12 * group + each, 12 * group + place - 12)
        for group in range(groups)
        for place, each in enumerate(order)
    ]
    scan = scan_of(packets)
    index, last_dts = scan.predict(complete=False), 12 * groups - 13
    expected = [pts for pts in range(12 * groups) if pts <= last_dts]
    assert (index.pts.tolist() if index is not None else []) == expected
    scan.add(cast("Packet", FakePacket(12 * groups, 12 * groups - 12, is_keyframe=True)))
    whole = scan.predict(complete=True)
    assert whole is not None
    assert whole.pts.tolist() == list(range(12 * groups + 1))
    assert scan.doubt() is None


def test_what_makes_packets_doubtful() -> None:
    def doubt(*packets: FakePacket) -> str | None:
        return scan_of([FakePacket(0, 0, is_keyframe=True), *packets, FakePacket(90, 90, is_keyframe=True)]).doubt()

    assert doubt(FakePacket(10, 10)) is None
    assert doubt(FakePacket(None, 10)) == "timestamps are missing"
    assert doubt(FakePacket(90, 10)) == "timestamps are doubled"
    assert doubt(FakePacket(10, 0)) == "decode times fall back"
    assert doubt(FakePacket(10, 10, is_corrupt=True)) is None  # in a group that is decoded as a whole
    keys = [FakePacket(each, each, is_keyframe=True) for each in range(10, 40, 10)]
    keys[1].is_corrupt = True
    assert doubt(*keys) == "packets are damaged or discarded"
    assert scan_of([FakePacket(0, 0)]).doubt() == "no packet is a key"
    assert scan_of([FakePacket(0, 0, is_discard=True)]).doubt() == "no packet is to be shown"
