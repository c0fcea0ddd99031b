"""Pictures of many files come in order from a thread that decodes ahead, and no further than it may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.analysis.class_choice import hidden_classes
from player.analysis.inputs import InputFile, list_inputs
from player.analysis.offline import expected_pictures, image_numbers
from player.analysis.picture_stream import Decoded, PictureStream, Unreadable
from player.errors import OpenError, UsageError
from player.media import picture_reader
from player.media.picture_reader import PictureReader, ReadPicture
from player.options import Input
from player.ordinals import Ordinals
from tests.helpers.clips import Clips
from tests.helpers.numbered import read_number


def numbers_of(stream: PictureStream, most: int) -> Iterator[int]:
    while taken := stream.take(most):
        for each in taken:
            assert isinstance(each, Decoded)
            yield read_number(each.picture.frame)


@pytest.mark.parametrize("most", [1, 4, 100])
def test_pictures_come_in_order_file_by_file(most: int, clips: Clips) -> None:
    files = list_inputs([str(clips("bframes")), str(clips("vfr"))])
    with PictureStream(files, ahead=8) as stream:
        assert list(numbers_of(stream, most)) == [*range(50), *range(10)]
    assert stream.damage == {}


def test_no_more_is_decoded_ahead_than_asked_for(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody is busy with a picture the next ones are decoded, so many and no more."""
    decoded: list[int] = []
    read = PictureReader.__iter__

    def counted(self: PictureReader) -> Iterator[ReadPicture]:
        for picture in read(self):
            decoded.append(picture.index)
            yield picture

    monkeypatch.setattr(picture_reader.PictureReader, "__iter__", counted)
    with PictureStream(list_inputs([str(clips("long_gop"))]), ahead=5) as stream:
        (first,) = stream.take(1)
        assert isinstance(first, Decoded)
        taken = stream.take(5)  # all that may wait were there without anybody's asking
        assert [each.picture.index for each in taken if isinstance(each, Decoded)] == [1, 2, 3, 4, 5]
        stream.abort()
        assert stream.take(1) == []
    assert len(decoded) <= 6 + 5 + 1


def test_the_end_may_come_before_the_thread_has_anywhere_to_put_it(clips: Clips) -> None:
    with PictureStream(list_inputs([str(clips("long_gop"))]), ahead=2):
        pass  # leaving joins the thread, which the leak check would name


def test_what_cannot_be_read_is_told_in_its_place(clips: Clips, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.mp4")
    sound = str(clips("audio_only"))
    with PictureStream(list_inputs([missing, sound, str(clips("vfr"))])) as stream:
        first, second, *rest = stream.take(6)
    assert isinstance(first, Unreadable)
    assert isinstance(first.error, OpenError)
    assert isinstance(second, Unreadable)
    assert str(second.error) == f"Cannot open {sound}: there is no video in it."
    assert [type(each) for each in rest] == [Decoded] * 4


def test_a_fault_of_ours_is_raised_where_pictures_are_taken(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: PictureReader) -> Iterator[ReadPicture]:
        raise ZeroDivisionError

    monkeypatch.setattr(picture_reader.PictureReader, "__iter__", fail)
    with PictureStream(list_inputs([str(clips("vfr"))])) as stream, pytest.raises(ZeroDivisionError):
        stream.take(1)


def test_damage_is_counted(clips: Clips) -> None:
    clip = str(clips("damaged"))
    with PictureStream(list_inputs([clip])) as stream:
        while stream.take(4):
            pass
    assert set(stream.damage) <= {clip}


# Inputs


def test_a_folder_is_its_pictures_in_natural_order(tmp_path: Path) -> None:
    for name in ("clip10.mp4", "clip2.mp4", "song.mp3", "a.PNG", ".hidden.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deeper.png").mkdir()
    files = list_inputs([str(tmp_path), str(tmp_path / "a.PNG")])
    assert [(file.name, file.is_image) for file in files] == [
        ("a.PNG", True),
        ("clip2.mp4", False),
        ("clip10.mp4", False),
    ]


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(OpenError, match="there is no image and no video in this folder"):
        list_inputs([str(tmp_path)])


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "x.png" for folder in ("a", "b")]
    assert [file.name for file in list_inputs(map(str, paths))] == ["a/x.png", "b/x.png"]
    assert [file.name for file in list_inputs([str(paths[0])])] == ["x.png"]


def test_how_many_pictures_are_to_come(clips: Clips, tmp_path: Path) -> None:
    files = list_inputs([str(clips("cfr")), str(clips("avi"))])
    assert expected_pictures(files, Ordinals(), Input()) == 75
    assert expected_pictures(files, Ordinals(10, None, 4), Input()) == 14
    assert expected_pictures([*files, InputFile("x.png", "x.png", True)], Ordinals(), Input()) == 76
    by_length = expected_pictures(list_inputs([str(clips("bframes"))]), Ordinals(), Input())
    assert by_length == pytest.approx(50, abs=2)  # Matroska does not count them
    assert expected_pictures(list_inputs([str(tmp_path / os.devnull)]), Ordinals(), Input()) is None


def test_images_keep_their_numbers_where_each_has_one() -> None:
    def name_all(*names: str) -> list[InputFile]:
        return [InputFile(f"folder/{name}", name, name.endswith(".png")) for name in names]

    class Named:
        def __init__(self, file: str, index: int = 0) -> None:
            self.file, self.index = file, index

    def numbers(*names: str) -> list[int]:
        give = image_numbers(name_all(*names))
        return [give(Named(name, 30)) for name in names]  # type: ignore[arg-type]  # as much of one as it looks at

    assert numbers("000000000139.png", "7.png") == [139, 7]
    assert numbers("7.png", "007.png") == [0, 1]
    assert numbers("7.png", "x.png") == [0, 1]
    assert numbers("clip.mp4") == [30]
    assert numbers("7.mp4", "8.mp4") == [0, 1]


# Classes


def test_classes_are_known_by_name() -> None:
    labels = ["person", "Traffic light", "car", "person"]
    assert hidden_classes(labels, []) == frozenset()
    assert hidden_classes(labels, ["PERSON", "car"]) == {1}
    assert hidden_classes(labels, ["traffic light"]) == {0, 2, 3}
    with pytest.raises(UsageError, match=r"The model knows no trafic light \(did you mean Traffic light\?\)\."):
        hidden_classes(labels, ["trafic light"])
    with pytest.raises(UsageError, match=r"The model knows no zebra\."):
        hidden_classes(labels, ["zebra"])
