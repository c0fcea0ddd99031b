"""The streams of a container as tracks a person can pick, and which one is picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from av.stream import Disposition

from player.errors import UsageError, plain
from player.records import KINDS, Kind, Track

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

    from player.options import TrackChoice

_ISO_639_1 = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces cze", "da": "dan", "de": "deu ger", "el": "ell gre",
    "en": "eng", "es": "spa", "et": "est", "fa": "fas per", "fi": "fin", "fr": "fra fre", "he": "heb", "hi": "hin",
    "hr": "hrv", "hu": "hun", "id": "ind", "is": "isl ice", "it": "ita", "ja": "jpn", "ko": "kor", "lt": "lit",
    "lv": "lav", "nl": "nld dut", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron rum", "ru": "rus",
    "sk": "slk slo", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie",
    "zh": "zho chi",
}  # fmt: skip


class _Numbers(TypedDict, total=False):
    size: tuple[int, int] | None
    rate: Fraction | None
    sample_rate: int | None
    channels: int | None
    layout: str
    sample_format: str


def list_tracks(container: InputContainer, max_pixels: int) -> tuple[Track, ...]:
    """Every video, audio and subtitle stream, numbered from 1 within its kind."""
    tracks = []
    numbers = dict.fromkeys(KINDS, 0)
    for stream in container.streams:
        kind = stream.type
        if kind not in KINDS:
            continue
        numbers[kind] += 1
        tracks.append(_describe(stream, kind, numbers[kind], max_pixels))
    return tuple(tracks)


def has_decoder(stream: Stream) -> bool:
    """False where PyAV has no codec context for it; the type stubs do not say that it may be missing."""
    context: object | None = stream.codec_context
    return context is not None


def is_encrypted(stream: Stream) -> bool:
    """True for a stream whose samples are encrypted (MP4's `encv`, `enca` ... sample entries)."""
    try:
        tag = stream.codec_context.codec_tag if has_decoder(stream) else ""
    except ValueError:
        return False  # not text, so none of these
    return tag in {"encv", "enca", "encs", "enct", "drmi", "drms"}


def picture_pixels(stream: Stream) -> int:
    """Width times height of a video stream as the container or the probing says; 0 when unknown."""
    if not has_decoder(stream):
        return 0
    context = cast("VideoStream", stream).codec_context
    return context.width * context.height


def pick(
    container: InputContainer, tracks: Iterable[Track], kind: Kind, choice: TrackChoice, related_to: Track | None
) -> Track | None:
    """The track `choice` names, or with None the one FFmpeg's `av_find_best_stream` finds.

    A number is the track's own, a text a language. Raises UsageError when there is no such track or
    it cannot be decoded; None when the file has no usable track of this kind.
    """
    own = [track for track in tracks if track.kind == kind]
    if isinstance(choice, int):
        return _by_number(own, kind, choice)
    usable = [track for track in own if track.usable]
    if choice is not None:
        return _by_language(usable, own, kind, choice)
    related = container.streams[related_to.index] if related_to is not None else None
    best = container.streams.best(kind, related=related)
    chosen = next((track for track in usable if best is not None and track.index == best.index), None)
    if chosen is not None:
        return chosen
    # FFmpeg ranks streams without asking for a decoder; what it picked cannot be played here.
    return min(usable, key=lambda track: (track.attached, not track.default, track.index), default=None)


def _by_number(own: list[Track], kind: Kind, number: int) -> Track:
    for track in own:
        if track.number == number:
            if not track.usable:
                raise UsageError(f"{kind.capitalize()} track {number} cannot be decoded ({track.codec}).")
            return track
    count = f"there {'is' if len(own) == 1 else 'are'} {len(own) or 'none'}"
    raise UsageError(f"There is no {kind} track {number}; {count}.")


def _by_language(usable: list[Track], own: list[Track], kind: Kind, language: str) -> Track:
    wanted = language.lower()
    names = {wanted, *_ISO_639_1.get(wanted, "").split()}
    names |= {code for code, longer in _ISO_639_1.items() if wanted in longer.split()}
    names |= {other for code in names for other in _ISO_639_1.get(code, "").split()}
    fitting = [track for track in usable if (track.language or "").lower().split("-")[0] in names]
    if not fitting:
        there = ", ".join(sorted({track.language for track in own if track.language})) or "none is tagged"
        raise UsageError(plain(f"There is no {kind} track in {language!r}; languages in the file: {there}."))
    return min(fitting, key=lambda track: (not track.default, track.index))


def _describe(stream: Stream, kind: Kind, number: int, max_pixels: int) -> Track:
    usable, details = has_decoder(stream) and not is_encrypted(stream), ""
    if usable and kind == "video":
        video = cast("VideoStream", stream)
        details = _video_details(video)
        usable = picture_pixels(video) <= max_pixels
    elif usable and kind == "audio":
        audio = cast("AudioStream", stream)
        details = _audio_details(audio)
        usable = audio.codec_context.sample_rate > 0 and audio.codec_context.layout.nb_channels > 0
    language = plain(stream.language or "")
    return Track(
        kind=kind,
        index=stream.index,
        number=number,
        # Several decoders share a codec (libdav1d, libvpx-vp9 ...): people know it by the codec's own name.
        codec=plain(stream.codec_context.codec.canonical_name) if has_decoder(stream) else "unknown codec",
        language=language if language not in {"", "und"} else None,
        title=plain(stream.metadata.get("title", "")),
        default=bool(stream.disposition & Disposition.default),
        attached=bool(stream.disposition & Disposition.attached_pic),
        usable=usable,
        details=plain(details),
        **(_numbers(stream) if has_decoder(stream) else {}),
    )


def _numbers(stream: Stream) -> _Numbers:
    """What a script wants of a stream; empty where the container does not say."""
    if stream.type == "video":
        video = cast("VideoStream", stream)
        size = (video.codec_context.width, video.codec_context.height)
        rate = video.guessed_rate or video.average_rate
        return {"size": size if all(size) else None, "rate": rate or None}
    if stream.type == "audio":
        context = cast("AudioStream", stream).codec_context
        return {
            "sample_rate": context.sample_rate or None,
            "channels": context.layout.nb_channels or None,
            "layout": plain(context.layout.name),
            "sample_format": context.format.name if context.format else "",
        }
    return {}


def _video_details(stream: VideoStream) -> str:
    context = stream.codec_context
    parts = [f"{context.width}x{context.height}"] if context.width and context.height else []
    rate = stream.guessed_rate or stream.average_rate
    attached = bool(stream.disposition & Disposition.attached_pic)
    if rate and not attached:
        parts.append(f"{float(rate):.5g} fps")
    if context.pix_fmt:
        parts.append(context.pix_fmt)
    return " ".join(parts)


def _audio_details(stream: AudioStream) -> str:
    context = stream.codec_context
    parts = [f"{context.sample_rate / 1000:g} kHz"] if context.sample_rate else []
    if context.layout.name:
        parts.append(context.layout.name)
    return " ".join(parts)
