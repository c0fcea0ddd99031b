"""What is to be analysed: the videos and images that a person named, and those of the folders."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass

from player.file_identity import identity_of
from player.media.image_sequence import IMAGE_EXTENSIONS
from player.media.playlist import MEDIA_EXTENSIONS, extension_of, files_in

_SOUND_ALONE = """
    aac ac3 aif aiff amr ape caf dts eac3 flac m4a m4b mka mp2 mp3 mpa mpc oga ogg opus ra rf64 spx tak tta w64 wav wma
    wv
"""
PICTURE_EXTENSIONS = (MEDIA_EXTENSIONS | IMAGE_EXTENSIONS) - frozenset(_SOUND_ALONE.split())
"""What is taken from a folder, in small letters without the dot."""


@dataclass(frozen=True, slots=True)
class InputFile:
    path: str
    name: str
    """What it is called in the results: no two of a run are called the same."""
    is_image: bool


def list_inputs(given: Iterable[str], *, sequence: bool = False) -> tuple[InputFile, ...]:
    """Files as they were named, folders as what is right in them, in natural order; each once.

    With `sequence` an image stands for the video that it makes with all numbered images beside it, as a pattern does.
    Raises OpenError for a folder that cannot be read or has no picture.
    """
    paths: list[str] = []
    for each in given:
        paths += files_in(each, PICTURE_EXTENSIONS, "image and no video") if os.path.isdir(each) else [each]
    paths = list(dict.fromkeys(paths))
    names = [os.path.basename(path) for path in paths]
    if len(set(names)) < len(names):
        whole = [os.path.abspath(path) for path in paths]
        top = os.path.commonpath([os.path.dirname(path) for path in whole])
        names = [os.path.relpath(path, top).replace(os.sep, "/") for path in whole]
    return tuple(
        InputFile(path, name, not sequence and _is_image(path)) for path, name in zip(paths, names, strict=True)
    )


def identities(files: Iterable[InputFile]) -> dict[str, str]:
    """What each file is known by, by its name here; not of what is no regular file, or cannot be read."""
    known = {}
    for file in files:
        with contextlib.suppress(OSError):
            known[file.name] = identity_of(file.path)
    return known


def _is_image(path: str) -> bool:
    """Not the pattern of a sequence, which is no file."""
    return extension_of(path) in IMAGE_EXTENSIONS and os.path.exists(path)
