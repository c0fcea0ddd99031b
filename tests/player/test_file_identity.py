"""A file is known again after it was moved, and not mistaken for another."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from player.file_identity import PART_BYTES, identity_of


def test_a_moved_and_a_copied_file_are_the_same(tmp_path: Path) -> None:
    first = tmp_path / "one.mp4"
    first.write_bytes(os.urandom(5 * PART_BYTES))
    known = identity_of(first)
    assert len(known) == 40
    shutil.copy(first, tmp_path / "copy.mkv")
    assert identity_of(tmp_path / "copy.mkv") == known
    first.rename(tmp_path / "two")
    assert identity_of(tmp_path / "two") == known


@pytest.mark.parametrize("at", [0, 5 * PART_BYTES // 2, 5 * PART_BYTES - 1])
def test_another_byte_at_either_end_or_in_the_middle_is_another_file(tmp_path: Path, at: int) -> None:
    data = bytearray(5 * PART_BYTES)
    (tmp_path / "a").write_bytes(data)
    data[at] ^= 1
    (tmp_path / "b").write_bytes(data)
    assert identity_of(tmp_path / "a") != identity_of(tmp_path / "b")


def test_small_files_differ_by_size_and_content(tmp_path: Path) -> None:
    names = [b"", b"\0", b"\0\0", b"\0\1"]
    for number, data in enumerate(names):
        (tmp_path / str(number)).write_bytes(data)
    assert len({identity_of(tmp_path / str(number)) for number in range(len(names))}) == len(names)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", tmp_path, tmp_path / "gone"):
        with pytest.raises(OSError):  # noqa: PT011  # whatever the system says
            identity_of(path)
