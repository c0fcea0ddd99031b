"""The property overplay/look, with a host that only writes down."""

from __future__ import annotations

import pytest

from player.ipc import properties
from player.ipc.errors import IpcError
from player.ipc.table import build
from player.media.color import Matrix, Range
from player.media.look import PLAIN, ColorOverride, Look
from tests.player.ipc_host import FakeHost

TABLE = build()


def test_it_reads_as_an_object_and_by_its_parts() -> None:
    host = FakeHost()
    host.looks = Look(channel="cb", override=ColorOverride(Matrix.BT601))
    assert properties.read(TABLE, host, "overplay/look/channel") == "cb"
    assert properties.read(TABLE, host, "overplay/look/override/matrix") == "bt.601"
    assert properties.read(TABLE, host, "overplay/look/override/range") is None


def test_a_part_of_it_may_be_set() -> None:
    host = FakeHost()
    properties.write(TABLE, host, "overplay/look", {"channel": "y", "override": {"range": "full"}})
    properties.write(TABLE, host, "overplay/look", '{"zebra": true}')
    assert host.looks == Look(channel="y", zebra=True, override=ColorOverride(range=Range.FULL))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "luma"}, "invalid parameter"),
        ({"colour": "y"}, "invalid parameter"),
        ({"override": {"matrix": "bt.1886"}}, "invalid parameter"),
        ({"split": 2}, "invalid parameter"),
        ("{", "unsupported format for accessing property"),
        (7, "error accessing property"),
        ([], "error accessing property"),
    ],
)
def test_what_is_no_look_is_refused(given: object, error: str) -> None:
    host = FakeHost()
    with pytest.raises(IpcError) as caught:
        properties.write(TABLE, host, "overplay/look", given)
    assert str(caught.value) == error
    assert host.looks == PLAIN
