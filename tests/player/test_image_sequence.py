"""Numbered images as a film: which files belong to one, in which order, and that no other file is opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from player.errors import OpenError
from player.events import EndReached, Warned
from player.media.image_sequence import find_sequence, is_pattern
from player.media.picture_reader import PictureReader
from player.media.source import Source, choose_track, open_source
from player.media.still import PngMaker
from player.options import Input, OpenOptions
from tests.helpers.hostile import Canary, make_canary
from tests.helpers.numbered import draw_frame, read_number
from tests.helpers.playing import Playing

SIZE = (160, 120)
AS_SEQUENCE = Input(sequence=True)


@pytest.fixture
def opened() -> Iterator[list[Source]]:
    """Sources put here are closed at the end of the test."""
    sources: list[Source] = []
    yield sources
    for source in sources:
        source.close()


def draw(path: Path, number: int, size: tuple[int, int] = SIZE) -> Path:
    path.write_bytes(PngMaker(untagged_601=False).encode(draw_frame(number, *size)))
    return path


def draw_all(folder: Path, name: str, numbers: range | list[int]) -> Path:
    """Images whose pictures carry the numbers of their names; gives the pattern."""
    for number in numbers:
        draw(folder / (name % number), number)
    return folder / name


def numbers_of(source: Source) -> list[int]:
    track = choose_track(source, "video", None)
    assert track is not None
    return [read_number(picture.frame) for picture in PictureReader(source, track)]


def files_of(path: Path, given: Input = AS_SEQUENCE) -> list[str]:
    sequence = find_sequence(str(path), given)
    return [] if sequence is None else [os.path.basename(file) for file in sequence.files]


def test_a_pattern_is_a_film(tmp_path: Path, opened: list[Source]) -> None:
    source = open_source(str(draw_all(tmp_path, "shot_%04d.png", range(1, 13))), input=Input(rate=Fraction(24)))
    opened.append(source)
    assert source.info.tracks[0].details == "160x120 24 fps rgb24"
    assert source.info.duration_s == pytest.approx(0.5)
    assert numbers_of(source) == list(range(1, 13))
    assert source.remark == ""


def test_an_image_stands_for_all_only_when_asked(tmp_path: Path, opened: list[Source]) -> None:
    draw_all(tmp_path, "shot_%04d.png", range(8))
    for given, expected in ((Input(), [3]), (AS_SEQUENCE, list(range(8)))):
        source = open_source(str(tmp_path / "shot_0003.png"), input=given)
        opened.append(source)
        assert numbers_of(source) == expected


@pytest.mark.parametrize("given", [Input(), AS_SEQUENCE])
def test_a_file_named_like_a_pattern_is_that_file(tmp_path: Path, opened: list[Source], given: Input) -> None:
    draw_all(tmp_path, "shot_%04d.png", range(4))
    source = open_source(str(draw(tmp_path / "shot_%04d.png", 99)), input=given)
    opened.append(source)
    assert 99 in numbers_of(source)


def test_holes_are_passed_over_and_said(tmp_path: Path, opened: list[Source]) -> None:
    source = open_source(str(draw_all(tmp_path, "s%d.png", [7, 8, 9, 10, 13, 100])))
    opened.append(source)
    assert numbers_of(source) == [7, 8, 9, 10, 13, 100]
    assert source.remark == "88 numbers are missing between 7 and 100; 6 images play in a row"


def test_only_numbered_siblings_belong_to_it(tmp_path: Path) -> None:
    for name in ("a_0001.png", "a_0002.png", "a_0002.jpg", "a_002.png", "a_10003.png", "a_00004.png", "a_0005_x.png",
                 "b_0006.png", "a_0007.PNG", "a_-008.png", "a_0x09.png", "a_.png", "a_٠٠١٠.png"):  # fmt: skip
        draw(tmp_path / name, 1)
    (tmp_path / "a_0011.png").mkdir()
    (tmp_path / "deeper").mkdir()
    draw(tmp_path / "deeper" / "a_0012.png", 1)
    expected = ["a_0001.png", "a_0002.png", "a_10003.png"]
    assert files_of(tmp_path / "a_0002.png") == expected
    assert files_of(tmp_path / "a_%04d.png") == expected
    assert files_of(tmp_path / "a_%d.png") == ["a_10003.png"]


def test_the_number_that_counts_is_the_one_with_siblings(tmp_path: Path) -> None:
    for name in ("s01_0001_v2.png", "s01_0002_v2.png", "s01_0003_v2.png", "s02_0002_v2.png"):
        draw(tmp_path / name, 1)
    assert files_of(tmp_path / "s01_0002_v2.png") == ["s01_0001_v2.png", "s01_0002_v2.png", "s01_0003_v2.png"]
    for number in (8, 9, 10, 11):
        draw(tmp_path / f"n{number}.png", 1)
    assert files_of(tmp_path / "n10.png") == ["n8.png", "n9.png", "n10.png", "n11.png"]
    assert files_of(draw(tmp_path / "alone.png", 1)) == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("a_%04d.png", True),
        ("%d.jpg", True),
        ("a%3d.png", False),
        ("a_%04d_%d.png", False),
        ("100%_%d.png", False),
        ("a_%s.png", False),
        ("film%d.mp4", False),
        ("%04d/a.png", False),
    ],
)
def test_what_a_pattern_is(name: str, pattern: bool) -> None:
    assert is_pattern(name) == pattern


def test_a_pattern_without_images(tmp_path: Path) -> None:
    with pytest.raises(OpenError, match="no image with a number in its place"):
        open_source(str(tmp_path / "a%04d.png"))
    with pytest.raises(OpenError, match="no such file"):
        open_source(str(tmp_path / "gone" / "a%04d.png"))


@pytest.mark.parametrize("folder", ["100%d", "a:b", "subfile,,start,0,end,0,,:"])
def test_any_folder_may_hold_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Source], folder: str
) -> None:
    (tmp_path / folder).mkdir()
    draw_all(tmp_path / folder, "%03d.png", range(3))
    monkeypatch.chdir(tmp_path)
    source = open_source(f"{folder}/%03d.png")
    opened.append(source)
    assert numbers_of(source) == [0, 1, 2]


def test_broken_and_odd_images_cost_nothing_but_themselves(tmp_path: Path, opened: list[Source]) -> None:
    pattern = draw_all(tmp_path, "%03d.png", range(9))
    (tmp_path / "000.png").write_bytes(b"no picture")
    (tmp_path / "002.png").write_bytes(b"")
    (tmp_path / "004.png").write_bytes((tmp_path / "004.png").read_bytes()[:50])
    draw(tmp_path / "005.png", 5, (80, 60))
    source = open_source(str(pattern))
    opened.append(source)
    (tmp_path / "007.png").unlink()  # since it was listed
    source.seek(0, source.container.streams.video[0])  # and was read to learn of the pictures
    assert [number for number in numbers_of(source) if number != 4] == [1, 3, 5, 6, 8]


def test_images_that_are_too_large_are_refused(tmp_path: Path) -> None:
    pattern = draw_all(tmp_path, "%03d.png", range(2))
    with pytest.raises(OpenError, match="19199 pixels"):
        open_source(str(pattern), max_pixels=160 * 120 - 1)


def test_it_plays_and_seeks(tmp_path: Path) -> None:
    pattern = draw_all(tmp_path, "%03d.png", [*range(10), *range(12, 32)])
    with Playing() as playing:
        playing.open_paused(pattern, OpenOptions(paused=True, framedrop="off"))
        playing.seek(0.8)
        assert playing.number == 22
        playing.seek(0.2)
        assert playing.number == 5
        playing.player.step(-1)
        playing.until(lambda: playing.number == 4)
        before = len(playing.shown) - 1
        playing.player.play()
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers[before:] == [4, 5, 6, 7, 8, 9, *range(12, 32)]
        assert "2 numbers are missing" in playing.events_of(Warned)[0].text


def test_the_player_hands_its_input_on(tmp_path: Path) -> None:
    draw_all(tmp_path, "%03d.png", range(5))
    with Playing(untimed=True) as playing:
        playing.open(tmp_path / "002.png", OpenOptions(input=AS_SEQUENCE))
        playing.until_over()
        assert playing.numbers == list(range(5))


@pytest.mark.skipif(sys.platform != "linux", reason="the canary asks Linux's inotify who opens what")
def test_images_open_nothing_else(tmp_path: Path) -> None:
    """Whatever stands in them, a FIFO among them, and whatever they are: only decoders see them."""
    with make_canary(tmp_path) as canary:
        check_hostile(canary, tmp_path)


def check_hostile(canary: Canary, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    draw(folder / "1.png", 1)
    (folder / "2.png").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{canary.film}\n")
    (folder / "3.png").write_text(f"ffconcat version 1.0\nfile {canary.film}\n")
    (folder / "4.png").write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{canary.film}"/></svg>')
    os.mkfifo(folder / "5.png")
    draw(folder / "6.png", 6)
    source = open_source(str(folder / "%d.png"))
    assert numbers_of(source) == [1, 6]
    source.close()
    assert canary.touched() == []


@pytest.mark.parametrize("name", ["%03d.png", "004.png"])
def test_its_pictures_are_numbered(tmp_path: Path, name: str) -> None:
    """A broken one has no number: the others move up."""
    draw_all(tmp_path, "%03d.png", range(10))
    (tmp_path / "002.png").write_bytes(b"no picture")
    options = OpenOptions(paused=True, index=True, input=AS_SEQUENCE if name == "004.png" else Input())
    with Playing() as playing:
        playing.open_paused(tmp_path / name, options)
        playing.until(lambda: playing.player.snapshot().frame_final)
        assert playing.player.snapshot().frame_count == 9
        index = playing.player.index
        assert index is not None
        assert [index.pts_of(number) for number in range(9)] == [0, 1, 3, 4, 5, 6, 7, 8, 9]
