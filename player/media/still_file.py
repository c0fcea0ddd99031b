"""A picture saved for good: the PNG file, and on request a JSON file beside it that says what it is."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from player.errors import PlayerError, plain
from player.media.color import picture_color
from player.media.frame_facts import Place, facts_of
from player.media.look import PLAIN, Look, look_to_json
from player.whole_file import write_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from player.records import Orientation, Picture

StillKind = Literal["picture", "displayed"]
"""The picture itself, as deep as it is; or as it is looked at, 8 bits deep and the size of the picture."""
WHOLE_HASH_BYTES = 256 << 20
"""Of a longer file only the two ends are hashed: that takes no time, and tells files apart as well."""
END_BYTES = 1 << 20
MAX_STEM = 150


class Drawing(Protocol):
    """Something over a picture. Any thread."""

    def over(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The upright picture as R'G'B', with it."""

    def facts(self) -> dict[str, Any]:
        """What it is, for the side file."""


@dataclass(frozen=True, slots=True)
class Still:
    """What is to be saved, whole: nothing is asked of the player any more."""

    picture: Picture
    path: str
    """Of the media file."""
    ordinal: int | None = None
    kind: StillKind = "picture"
    look: Look = PLAIN
    reference: Picture | None = None
    drawing: Drawing | None = None
    """What is drawn over a picture that is saved as displayed."""


def still_name(path: str, ordinal: int | None, time_s: float | None) -> str:
    """`FILE-frame-000123.png`; by its time where the number is not known."""
    stem = plain(os.path.splitext(os.path.basename(path))[0])[:MAX_STEM] or "picture"
    if ordinal is not None:
        return f"{stem}-frame-{ordinal:06d}.png"
    return f"{stem}-time-{max(0.0, time_s or 0.0):012.6f}.png"


def free_path(path: str) -> str:
    """`path`, or with the first number behind it (`-2`, `-3`) that no file has yet."""
    stem, extension = os.path.splitext(path)
    number, candidate = 1, path
    while os.path.lexists(candidate):
        number += 1
        candidate = f"{stem}-{number}{extension}"
    return candidate


def encode_still(still: Still) -> bytes:
    """The PNG file's bytes. Takes a while. Raises PlayerError."""
    from player.media.png_chunks import color_chunks, shape_chunk, with_chunks
    from player.media.still import PngMaker

    picture = still.picture
    maker = PngMaker(untagged_601=picture.untagged_601, override=still.look.override)
    if still.kind == "picture":
        return maker.encode(picture.frame, picture.sample_aspect)
    import av

    from player.media.displayed import displayed_rgb

    pixels = _upright(displayed_rgb(picture, still.look, reference=still.reference), picture.orientation)
    if still.drawing is not None:
        pixels = still.drawing.over(np.ascontiguousarray(pixels))
    aspect = 1 / picture.sample_aspect if picture.orientation.swaps_axes else picture.sample_aspect
    png = maker.encode_rgb(av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24"))
    return with_chunks(png, color_chunks(None) + shape_chunk(aspect))


def save_still(still: Still, target: str, *, side_file: bool = False, replace: bool = False) -> None:
    """Writes the PNG file, with `side_file` a JSON file beside it. Raises PlayerError, or FileExistsError."""
    beside = f"{os.path.splitext(target)[0]}.json"
    if not replace:
        for path in (target, beside) if side_file else (target,):
            if os.path.lexists(path):
                raise FileExistsError(17, "File exists", path)
    png = encode_still(still)
    facts = side_bytes(describe_still(still, file_facts(still.path))) if side_file else b""
    try:
        write_whole(target, png, replace=replace)
        if side_file:
            write_whole(beside, facts, replace=replace)
    except FileExistsError:
        raise
    except OSError as error:
        raise PlayerError(plain(f"Cannot write {target}: {error.strerror or error}.")) from error


def side_bytes(facts: dict[str, Any]) -> bytes:
    """The side file as it is written."""
    return f"{json.dumps(facts, indent=2, ensure_ascii=False)}\n".encode(errors="replace")


def file_facts(path: str) -> dict[str, Any]:
    """Name, size and hash of the media file, which is read for it; no hash where it is no regular file or gone."""
    facts: dict[str, Any] = {"name": plain(os.path.basename(path)), "path": plain(os.path.abspath(path))}
    if not os.path.isfile(path):
        return facts
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            facts["size_bytes"] = size
            if size <= WHOLE_HASH_BYTES:
                facts["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
            else:
                digest = hashlib.sha256(file.read(END_BYTES))
                file.seek(-END_BYTES, os.SEEK_END)
                digest.update(file.read(END_BYTES))
                facts["sha256_of_ends"] = digest.hexdigest()
                facts["end_bytes"] = END_BYTES
    except OSError as error:
        facts["unreadable"] = error.strerror
    return facts


def describe_still(still: Still, file: dict[str, Any]) -> dict[str, Any]:
    """What the side file holds; `file` is what `file_facts` says."""
    picture, look = still.picture, still.look
    facts = facts_of(picture, Place(still.ordinal), None)
    color = picture_color(picture, look.override)
    named = {name: value for name, value in look_to_json(look)["override"].items() if value is not None}
    return {
        "version": 1,
        "made_by": f"Overplay {_version()}",
        "file": file,
        "ordinal": still.ordinal,
        "pts": picture.pts,
        "time_base": f"{picture.time_base.numerator}/{picture.time_base.denominator}",
        "time_s": picture.time_s,
        "picture": facts,
        "conversion": {
            "kind": still.kind,
            "matrix": _said(color.matrix.value, color.matrix_tagged, "matrix" in named),
            "range": _said(color.range.value, color.range_tagged, "range" in named),
            "primaries": _said(color.primaries.value, color.primaries_tagged, "primaries" in named),
            "transfer": _said(color.transfer.value, color.transfer_tagged, "transfer" in named),
            "siting": color.siting.value,
            "tone_mapped": still.kind == "displayed" and look.tone_map and color.transfer.value != "sdr",
            "turned_upright": {
                "mirrored": picture.orientation.mirrored,
                "turns_cw": picture.orientation.turns_cw,
            },
            "look": look_to_json(look) if still.kind == "displayed" else None,
        },
        "drawn": still.drawing.facts() if still.drawing is not None and still.kind == "displayed" else None,
    }


def _said(value: str, tagged: bool, chosen: bool) -> dict[str, str]:
    return {"value": value, "from": "chosen" if chosen else "tagged" if tagged else "guessed"}


def _upright(pixels: NDArray[np.uint8], orientation: Orientation) -> NDArray[np.uint8]:
    if orientation.mirrored:
        pixels = pixels[:, ::-1]
    return np.rot90(pixels, -orientation.turns_cw)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("overplay")
    except PackageNotFoundError:
        return "(not installed)"
