"""The playlist as scripts change it: entries keep their numbers, and the current one stays the current one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.playlist import Playlist


def numbers(playlist: Playlist) -> list[int]:
    return [entry.number for entry in playlist.entries]


def test_numbers_are_never_used_twice() -> None:
    playlist = Playlist(["a", "b"])
    playlist.replace(["a"])
    assert numbers(playlist) == [3]
    assert playlist.insert(["c", "d"], 99).number == 4
    assert numbers(playlist) == [3, 4, 5]


def test_in_place_of_the_current_one_comes_the_next() -> None:
    playlist = Playlist(["a", "b", "c"])
    playlist.move(1)
    playlist.remove(1)
    assert (playlist.current, playlist.place) == ("c", 1)
    playlist.remove(1)
    assert (playlist.current, playlist.place) == ("a", 0)
    playlist.remove(0)
    assert (playlist.current, len(playlist)) == (None, 0)
    assert playlist.insert(["d"], 0).path == playlist.current == "d"


def test_clearing_keeps_what_plays() -> None:
    playlist = Playlist(["a", "b", "c"])
    playlist.move(2)
    playlist.keep_current()
    assert (playlist.current, playlist.place, len(playlist)) == ("c", 0, 1)


@given(
    st.integers(1, 5),
    st.integers(0, 4),
    st.lists(st.tuples(st.sampled_from(["insert", "remove"]), st.integers(0, 8)), max_size=12),
)
def test_changes_around_it_leave_the_current_one_alone(count: int, place: int, changes: list[tuple[str, int]]) -> None:
    playlist = Playlist([str(number) for number in range(count)])
    playlist.move(min(place, count - 1))
    current = playlist.entries[playlist.place]
    for what, at in changes:
        if what == "insert":
            assert playlist.insert(["x", "y"], at) in playlist.entries
        elif at < len(playlist) and at != playlist.place:
            playlist.remove(at)
        assert playlist.entries[playlist.place] == current
        assert playlist.current == current.path
