"""The recipes of the test clips: one function each, whose docstring says what the clip is there to catch."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.stream import Disposition
from av.video.stream import VideoStream

from tests.helpers.clip_writer import AUDIO_RATE, AudioPlan, Plan, TextPlan, VideoPlan, encode, steady, write
from tests.helpers.clips import Clip
from tests.helpers.numbered import draw_frame

Recipe = Callable[[Path], Clip]
RECIPES: dict[str, Recipe] = {}

_MATROSKA = Fraction(1, 1000)
_MPEG = Fraction(1, 90000)
_MP4_25 = Fraction(1, 12800)  # what FFmpeg's MP4 writer makes of a time base of 1/25


def _recipe(make: Recipe) -> Recipe:
    RECIPES[make.__name__] = make
    return make


def _clip(path: Path, *plans: Plan, time_base: Fraction, options: dict[str, str] | None = None) -> Clip:
    """Write the plans and state the truth that follows from the first video and the first sound among them."""
    write(path, *plans, options=options)
    video = next((plan for plan in plans if isinstance(plan, VideoPlan)), None)
    audio = next((plan for plan in plans if isinstance(plan, AudioPlan)), None)
    return Clip(
        path=path,
        numbers=video.numbers if video else (),
        pts=tuple(round(pts * video.time_base / time_base) for pts in video.pts) if video else None,
        time_base=time_base,
        audio=(audio.start_s, audio.start_s + audio.length_s) if audio else None,
    )


@_recipe
def cfr(folder: Path) -> Clip:
    """The plain case: 25 pictures a second with sound, in MP4."""
    return _clip(folder / "cfr.mp4", steady(50), AudioPlan(), time_base=_MP4_25)


@_recipe
def sixty(folder: Path) -> Clip:
    """60 pictures a second with sound."""
    return _clip(folder / "sixty.mp4", steady(60, 60), AudioPlan(length_s=1.0), time_base=Fraction(1, 15360))


@_recipe
def slideshow(folder: Path) -> Clip:
    """One picture a second: a step must not wait a second."""
    return _clip(folder / "slideshow.mp4", steady(5, 1), time_base=Fraction(1, 16384))


@_recipe
def vfr(folder: Path) -> Clip:
    """Pictures from 20 to 500 ms long."""
    pts = (0, 40, 120, 140, 180, 680, 720, 1000, 1033, 1100)
    plan = VideoPlan(tuple(range(len(pts))), pts, Fraction(1, 1000), rate=None)
    return _clip(folder / "vfr.mp4", plan, AudioPlan(length_s=1.2), time_base=Fraction(1, 16000))


@_recipe
def no_durations(folder: Path) -> Clip:
    """A Matroska file without rate or durations: only the next picture tells how long one lasts."""
    pts = (0, 40, 80, 200, 240, 700, 740)
    plan = VideoPlan(tuple(range(len(pts))), pts, Fraction(1, 1000), rate=None, tell_durations=False)
    return _clip(folder / "no_durations.mkv", plan, time_base=_MATROSKA)


@_recipe
def bframes(folder: Path) -> Clip:
    """Two B-pictures in a row, with sound, in Matroska: pictures leave the decoder late."""
    return _clip(folder / "bframes.mkv", steady(50, b_frames=2, options=_ALL_B), AudioPlan(), time_base=_MATROSKA)


@_recipe
def bpyramid(folder: Path) -> Clip:
    """Three B-pictures of which one is a reference, in MP4 with negative decode times."""
    plan = steady(50, b_frames=3, options=_ALL_B | {"b-pyramid": "normal"})
    return _clip(folder / "bpyramid.mp4", plan, AudioPlan(), time_base=_MP4_25)


@_recipe
def long_gop(folder: Path) -> Clip:
    """250 pictures with one key picture: an exact seek has to decode its way."""
    plan = steady(250, 50, gop=250, b_frames=2)
    return _clip(folder / "long_gop.mp4", plan, time_base=Fraction(1, 12800))


@_recipe
def open_gop(folder: Path) -> Clip:
    """Groups whose first B-pictures need the group before: after a seek they cannot be shown."""
    plan = steady(50, gop=12, b_frames=2, options={"x264-params": "b-adapt=0:open-gop=1"})
    return _clip(folder / "open_gop.mkv", plan, time_base=_MATROSKA)


@_recipe
def edit_list(folder: Path) -> Clip:
    """An edit list cuts the first ten pictures: they are in the file, needed to decode and never shown."""
    clip = _clip(folder / "edit_list.mp4", steady(50, first=-10, gop=15), AudioPlan(length_s=1.6), time_base=_MP4_25)
    assert clip.pts is not None
    return Clip(clip.path, clip.numbers[10:], clip.pts[10:], clip.time_base, audio=clip.audio)


@_recipe
def nonzero_start(folder: Path) -> Clip:
    """The container's first moment is at ten seconds, as in a recorded broadcast."""
    plan = steady(50, first=250, b_frames=2)
    return _clip(folder / "nonzero_start.ts", plan, AudioPlan(start_s=10.0), time_base=_MPEG)


@_recipe
def audio_late(folder: Path) -> Clip:
    """The sound begins half a second after the picture."""
    return _clip(folder / "audio_late.mp4", steady(50), AudioPlan(start_s=0.5, length_s=1.5), time_base=_MP4_25)


@_recipe
def audio_early(folder: Path) -> Clip:
    """The picture begins 0.48 s after the sound."""
    return _clip(folder / "audio_early.mp4", steady(38, first=12), AudioPlan(), time_base=_MP4_25)


@_recipe
def audio_negative(folder: Path) -> Clip:
    """The sound begins half a second before zero."""
    sound = AudioPlan(start_s=-0.5)
    path = folder / "audio_negative.mkv"
    return _clip(path, steady(38), sound, time_base=_MATROSKA, options={"avoid_negative_ts": "disabled"})


@_recipe
def audio_only(folder: Path) -> Clip:
    """Sound without a picture."""
    return _clip(folder / "audio_only.m4a", AudioPlan(), time_base=Fraction(1))


@_recipe
def counting_audio(folder: Path) -> Clip:
    """Lossless sound whose samples count: left is the index modulo 2**15, right the index divided by it."""
    return _clip(folder / "counting_audio.wav", AudioPlan(codec="pcm_s16le", counting=True), time_base=Fraction(1))


@_recipe
def video_only(folder: Path) -> Clip:
    """A picture without sound."""
    return _clip(folder / "video_only.mp4", steady(50), time_base=_MP4_25)


@_recipe
def ten_bit(folder: Path) -> Clip:
    """10 bits a sample in HEVC, with B-pictures."""
    plan = steady(25, codec="libx265", b_frames=2, pixel_format="yuv420p10le")
    return _clip(folder / "ten_bit.mp4", plan, time_base=_MP4_25)


@_recipe
def rotated(folder: Path) -> Clip:
    """To be turned by 90 degrees against the clock."""

    def turn(stream: VideoStream) -> None:
        stream.set_display_rotation(90)

    return _clip(folder / "rotated.mp4", steady(10, configure=turn), time_base=_MP4_25)


@_recipe
def mirrored(folder: Path) -> Clip:
    """To be turned by 90 degrees and mirrored: the angle alone does not say so."""

    def turn(stream: VideoStream) -> None:
        stream.set_display_rotation(90, hflip=True)

    return _clip(folder / "mirrored.mp4", steady(10, configure=turn), time_base=_MP4_25)


@_recipe
def sample_aspect(folder: Path) -> Clip:
    """Pixels that are four by three."""

    def widen(stream: VideoStream) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)

    return _clip(folder / "sample_aspect.mp4", steady(10, configure=widen), time_base=_MP4_25)


@_recipe
def interlaced(folder: Path) -> Clip:
    """MPEG-2 coded as fields in frames, top field first."""

    def interlace(stream: VideoStream) -> None:
        stream.codec_context.flags |= _INTERLACED_DCT | _INTERLACED_MOTION

    plan = steady(25, first=1, codec="mpeg2video", b_frames=2, configure=interlace)
    return _clip(folder / "interlaced.ts", plan, time_base=_MPEG)


@_recipe
def missing_pts(folder: Path) -> Clip:
    """A program stream whose last pictures have no timestamp."""
    clip = _clip(folder / "missing_pts.mpg", steady(25, codec="mpeg2video", b_frames=2), time_base=_MPEG)
    return Clip(clip.path, clip.numbers)


@_recipe
def no_pts(folder: Path) -> Clip:
    """A bare H.264 stream: no timestamps at all."""
    clip = _clip(folder / "no_pts.h264", steady(25, b_frames=2), time_base=Fraction(1))
    return Clip(clip.path, clip.numbers, (None,) * 25)


@_recipe
def avi(folder: Path) -> Clip:
    """Motion JPEG in AVI, which has no timestamps but the place in the file."""
    plan = steady(25, codec="mjpeg", pixel_format="yuvj420p")
    return _clip(folder / "avi.avi", plan, AudioPlan(codec="pcm_s16le", length_s=1.0), time_base=Fraction(1, 25))


@_recipe
def bottom_up(folder: Path) -> Clip:
    """Raw pictures stored with the last row first: rows run backwards in memory."""

    def upside_down(number: int, width: int, height: int, pixel_format: str) -> av.VideoFrame:
        rows = draw_frame(number, width, height).to_ndarray(format=pixel_format)
        return av.VideoFrame.from_ndarray(rows[::-1].copy(), format=pixel_format)

    plan = steady(5, codec="rawvideo", pixel_format="bgr24", draw=upside_down)
    return _clip(folder / "bottom_up.avi", plan, time_base=Fraction(1, 25), options={"flipped_raw_rgb": "1"})


@_recipe
def jump(folder: Path) -> Clip:
    """Timestamps leap ahead by a thousand seconds after picture 24, as where two recordings were joined."""
    return _joined(folder, steady(25), steady(25, first=25_000, numbered_from=25))


@_recipe
def jump_back(folder: Path) -> Clip:
    """Timestamps fall back to the start after picture 24."""
    return _joined(folder, steady(25, first=500), steady(25, numbered_from=25))


@_recipe
def resize(folder: Path) -> Clip:
    """The picture grows from 160x120 to 240x180 in mid-stream."""
    return _joined(folder, steady(25), steady(25, first=25, numbered_from=25, size=(240, 180)))


@_recipe
def tracks(folder: Path) -> Clip:
    """Two pictures (the second counts from 100), two sounds and two subtitles, in Matroska."""
    return _clip(
        folder / "tracks.mkv",
        steady(50),
        steady(50, numbered_from=100, size=(128, 96)),
        AudioPlan(language="eng"),
        AudioPlan(frequency=880.0, language="fre"),
        TextPlan(((0.2, 0.8, "Good morning"), (1.0, 1.6, "Good night")), language="eng"),
        TextPlan(((0.2, 0.8, "Bonjour"), (1.0, 1.6, "Bonne nuit")), language="fre"),
        time_base=_MATROSKA,
    )


@_recipe
def cover_flac(folder: Path) -> Clip:
    """Sound with an attached picture, in FLAC."""
    return _with_cover(folder / "cover.flac", "flac")


@_recipe
def cover_mp3(folder: Path) -> Clip:
    """Sound with an attached picture, in MP3."""
    return _with_cover(folder / "cover.mp3", "libmp3lame")


@_recipe
def cover_m4a(folder: Path) -> Clip:
    """Sound with an attached picture, in MP4."""
    return _with_cover(folder / "cover.m4a", "aac")


@_recipe
def damaged(folder: Path) -> Clip:
    """A few hundred bytes in the middle of the pictures are overwritten; each group decodes on its own."""
    return _damaged(folder / "damaged.ts", 0.5)


@_recipe
def damaged_end(folder: Path) -> Clip:
    """The damage is in the last group of pictures."""
    return _damaged(folder / "damaged_end.ts", 0.95)


@_recipe
def truncated_mp4(folder: Path) -> Clip:
    """An MP4 cut in half: its index was at the end, so nothing can be played."""
    clip = _clip(folder / "truncated.mp4", steady(50), AudioPlan(), time_base=_MP4_25)
    _cut(clip.path, 0.5)
    return Clip(clip.path)


@_recipe
def truncated_mkv(folder: Path) -> Clip:
    """A Matroska file cut in half: it plays to the cut."""
    clip = _clip(folder / "truncated.mkv", steady(50), AudioPlan(), time_base=_MATROSKA)
    _cut(clip.path, 0.5)
    assert clip.pts is not None
    return Clip(clip.path, clip.numbers[:15], clip.pts[:15], clip.time_base, complete=False)


_ALL_B = {"x264-params": "b-adapt=0"}
"""B-pictures wherever they may be, instead of where they pay."""
_INTERLACED_DCT, _INTERLACED_MOTION = 1 << 18, 1 << 29  # AV_CODEC_FLAG_INTERLACED_DCT and _ME: PyAV does not name them


def _joined(folder: Path, first: VideoPlan, second: VideoPlan) -> Clip:
    """Two transport streams one after the other in one file."""
    one = _clip(folder / "one.ts", first, time_base=_MPEG)
    two = _clip(folder / "two.ts", second, time_base=_MPEG)
    path = folder / "joined.ts"
    path.write_bytes(one.path.read_bytes() + two.path.read_bytes())
    assert one.pts is not None
    assert two.pts is not None
    return Clip(path, one.numbers + two.numbers, one.pts + two.pts, _MPEG)


def _damaged(path: Path, where: float) -> Clip:
    """Overwrite 600 bytes at the fraction `where` of a stream of groups of ten; the groups away from it are intact."""
    clip = _clip(path, steady(50, gop=10), time_base=_MPEG)
    data = bytearray(path.read_bytes())
    start = int(len(data) * where)
    data[start : start + 600] = b"\xa5" * 600
    path.write_bytes(data)
    hit = int(50 * where) // 10 * 10
    intact = tuple(number for number in clip.numbers if not hit - 10 <= number < hit + 20)
    return Clip(path, intact, None, _MPEG, complete=False)


def _cut(path: Path, where: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * where)])


def _with_cover(path: Path, codec: str) -> Clip:
    """Two seconds of sound with picture 77 as its cover; PyAV's writers want the cover's packet first."""
    plan = AudioPlan(codec=codec)
    with av.open(str(path), "w", format="mp4" if path.suffix == ".m4a" else None) as output:
        audio = output.add_stream(codec, rate=AUDIO_RATE)
        assert isinstance(audio, AudioStream)
        audio.codec_context.layout = "stereo"
        cover = output.add_stream("mjpeg", rate=25, width=160, height=120, pix_fmt="yuvj420p")
        assert isinstance(cover, VideoStream)
        cover.disposition = Disposition.attached_pic
        picture = draw_frame(77, 160, 120, "yuvj420p")
        picture.pts, picture.time_base = 0, Fraction(1, 25)
        output.mux(cover.encode(picture) + cover.encode(None))
        for packet in encode(plan, audio):
            output.mux_one(packet)
    return Clip(path, (77,), audio=(0.0, plan.length_s))
