"""What scripts read of tracks, chapters and pictures, in mpv's shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.ipc.errors import UNAVAILABLE, IpcError
from player.media.color import Matrix, picture_color

if TYPE_CHECKING:
    from player.records import MediaInfo, Picture, Snapshot, Track

_TYPES = {"video": "video", "audio": "audio", "subtitle": "sub"}
_MATRICES = {Matrix.BT2020: "bt.2020-ncl"}
"""Where mpv's name is another than ours."""
_PRIMARIES = {
    1: "bt.709", 4: "bt.470m", 5: "bt.601-625", 6: "bt.601-525", 7: "bt.601-525", 8: "film-c", 9: "bt.2020",
    10: "cie1931", 11: "dci-p3", 12: "display-p3", 22: "ebu3213",
}  # fmt: skip
"""By AVCOL_PRI_*."""
_TRANSFERS = {
    1: "bt.1886", 4: "gamma2.2", 5: "gamma2.8", 6: "bt.1886", 8: "linear", 13: "srgb", 14: "bt.1886", 15: "bt.1886",
    16: "pq", 17: "st428", 18: "hlg",
}  # fmt: skip
"""By AVCOL_TRC_*."""


def track_list(snapshot: Snapshot) -> list[dict[str, object]]:
    """One dict a track; empty when nothing is open."""
    if snapshot.info is None:
        return []
    playing = {"video": snapshot.vid, "audio": snapshot.aid, "subtitle": snapshot.sid}
    return [_track(track, track.number == playing[track.kind]) for track in snapshot.info.tracks]


def _track(track: Track, selected: bool) -> dict[str, object]:
    known: dict[str, object] = {
        "id": track.number,
        "type": _TYPES[track.kind],
        "title": track.title or None,
        "lang": track.language,
        "image": track.attached,
        "albumart": track.attached,
        "default": track.default,
        "external": bool(track.file),
        "external-filename": track.file or None,
        "selected": selected,
        "main-selection": 0 if selected else None,
        "ff-index": 0 if track.file else track.index,
        "codec": track.codec,
        "demux-w": track.size[0] if track.size else None,
        "demux-h": track.size[1] if track.size else None,
        "demux-fps": float(track.rate) if track.rate else None,
        "audio-channels": track.channels,
        "demux-channel-count": track.channels,
        "demux-channels": track.layout or None,
        "demux-samplerate": track.sample_rate,
    }
    return {name: value for name, value in known.items() if value is not None}


def chapter_list(info: MediaInfo | None) -> list[dict[str, object]]:
    chapters = () if info is None else info.chapters
    return [{"title": chapter.title, "time": chapter.start_s} for chapter in chapters]


def current_chapter(info: MediaInfo, position_s: float | None) -> int:
    """The chapter that `position_s` lies in, -1 before the first. Raises IpcError when there are none."""
    if not info.chapters or position_s is None:
        raise IpcError(UNAVAILABLE)
    return sum(chapter.start_s <= position_s + 0.001 for chapter in info.chapters) - 1


def video_params(picture: Picture) -> dict[str, object]:
    """Size, shape and colour of the coded picture; what its tags leave open is left out."""
    frame = picture.frame
    width, height = picture.coded_size
    shown_width, shown_height = unturned_size(picture)
    color = picture_color(picture)
    known: dict[str, object] = {
        "pixelformat": frame.format.name,
        "w": width,
        "h": height,
        "dw": shown_width,
        "dh": shown_height,
        "aspect": shown_width / shown_height,
        "par": float(picture.sample_aspect),
        "colormatrix": _MATRICES.get(color.matrix, color.matrix.value),
        "colorlevels": color.range.value,
        "primaries": _PRIMARIES.get(int(frame.color_primaries)),
        "gamma": _TRANSFERS.get(int(frame.color_trc)),
        "rotate": picture.orientation.turns_cw * 90,
    }
    return {name: value for name, value in known.items() if value is not None}


def unturned_size(picture: Picture) -> tuple[int, int]:
    """The picture's size in square pixels as coded, before it is turned upright."""
    width, height = picture.display_size
    return (height, width) if picture.orientation.swaps_axes else (width, height)


def audio_params(track: Track) -> dict[str, object]:
    """Of the decoded sound. `format` is in mpv's spelling: fltp is floatp."""
    spelt = {"flt": "float", "dbl": "double"}.get(track.sample_format.removesuffix("p"), track.sample_format)
    planar = "p" if spelt != track.sample_format and track.sample_format.endswith("p") else ""
    return {
        "samplerate": track.sample_rate,
        "channel-count": track.channels,
        "channels": track.layout,
        "hr-channels": track.layout,
        "format": spelt + planar,
    }
