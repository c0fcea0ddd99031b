"""Entries are proven: whatever decoding from a key picture gets wrong, the index does not send a reader that way."""

from __future__ import annotations

from itertools import accumulate
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.media import index_decode
from player.media.decoded_run import DecodedRun
from player.media.frame_index import SHAKY, Entry
from player.media.index_decode import IndexDecode
from player.media.track_source import TrackSource

_NOWHERE = cast("TrackSource", None)  # the decoder is a table here


class _Decoder:
    """A file of groups; `wrong` are the pairs (key picture, picture) that come out otherwise than from the start."""

    def __init__(self, lengths: list[int], wrong: set[tuple[int, int]], lost: set[int]) -> None:
        self.count = sum(lengths)
        self.keys = [0, *accumulate(lengths)][:-1]
        self.wrong = wrong
        self.lost = lost

    def run(self, entry: int, count: int) -> DecodedRun | None:
        if entry in self.lost:
            return None
        run = DecodedRun()
        for ordinal in range(entry, min(self.count, entry + count)):
            run.pts_list.append(10 * ordinal)
            run.key_list.append(ordinal in self.keys)
            run.sum_list.append(7 if (entry, ordinal) in self.wrong else 1000 + ordinal)
        return run

    def truth(self) -> IndexDecode:
        decode = IndexDecode(lambda: None)
        whole = _Decoder([1] * self.count, set(), set()).run(0, self.count)
        assert whole is not None
        decode._truth = whole
        decode._pts, decode._sums = whole.pts, whole.sums
        decode._times.extend(ordinal / 100 for ordinal in range(self.count))
        decode._key_times = [10 * key for key in self.keys]
        decode._key_packets = len(self.keys)
        decode._complaints = 1  # damaged, so every entry is tried
        return decode


@given(st.data())
def test_no_entry_leads_to_a_wrong_picture(data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=8))
    count = sum(lengths)
    ordinals = st.integers(0, count - 1)
    wrong = data.draw(st.sets(st.tuples(ordinals, ordinals), max_size=20))
    lost = data.draw(st.sets(ordinals, max_size=2))
    decoder = _Decoder(lengths, wrong, lost)

    def decode_run(_source: TrackSource, entry: Entry, wanted: int, _between: object) -> DecodedRun | None:
        return decoder.run(entry.ordinal, wanted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_decode, "decode_run", decode_run)
        index = decoder.truth().prove(_NOWHERE)
    assert index.final
    assert index.pts.tolist() == [10 * ordinal for ordinal in range(count)]
    for ordinal in range(count):
        entry = index.entry_for(ordinal)
        if entry.seek_pts is not None:
            assert entry.ordinal in decoder.keys
            assert entry.ordinal not in lost
            assert (entry.ordinal, ordinal) not in wrong


def test_a_group_that_needs_the_one_before_is_decoded_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = _Decoder([4, 4, 4], {(8, 9)}, set())
    monkeypatch.setattr(index_decode, "decode_run", lambda _source, entry, count, _: decoder.run(entry.ordinal, count))
    index = decoder.truth().prove(_NOWHERE)
    assert [index.entry_for(ordinal).ordinal for ordinal in range(12)] == [0] * 4 + [4] * 8
    assert not index.has(SHAKY)


def test_a_picture_that_needs_all_before_it_is_decoded_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = _Decoder([4, 4, 4], {(8, 9), (4, 9)}, set())
    monkeypatch.setattr(index_decode, "decode_run", lambda _source, entry, count, _: decoder.run(entry.ordinal, count))
    index = decoder.truth().prove(_NOWHERE)
    assert index.entry_for(9) == Entry(0, None)
    assert index.entry_for(8).ordinal == 4
    assert index.damaged
