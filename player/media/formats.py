"""Which of FFmpeg's demuxers may open a file, and with which options (HOUSE fact 20)."""

from __future__ import annotations

import functools

import av

MAX_STREAMS = 200
"""Streams beyond these are ignored: no camera or disc writes so many, damaged headers do."""
PROBE_BYTES = 5_000_000
"""How much of a file is read to learn its streams; FFmpeg's own default, written down so that it stays one."""

_OPEN_OTHER_FILES = frozenset(
    {
        "avisynth", "concat", "dash", "dvdvideo", "hls", "image2", "image2pipe", "imf", "libgme", "libmodplug",
        "libopenmpt", "svg_pipe", "vapoursynth", "vobsub", "webm_dash_manifest",
    }
)  # fmt: skip
_NETWORK = frozenset({"live_flv", "msnwctcp", "mpjpeg", "rtp", "rtsp", "sap", "sdp"})
_DEVICES = frozenset(
    {
        "alsa", "android_camera", "avfoundation", "bktr", "caca", "decklink", "dshow", "fbdev", "gdigrab",
        "iec61883", "jack", "kmsgrab", "lavfi", "libcdio", "libdc1394", "openal", "oss", "pulse", "sndio",
        "v4l2", "video4linux2", "vfwcap", "x11grab", "xcbgrab",
    }
)  # fmt: skip
_TAKE_ANY_TEXT = frozenset(
    {
        "adf", "bin", "data", "ffmetadata", "idf", "lrc", "sbg", "tedcaptions", "tty", "xbin",
    }
)  # fmt: skip
REFUSED = _OPEN_OTHER_FILES | _NETWORK | _DEVICES | _TAKE_ANY_TEXT
"""Demuxers that open what the file names, talk to a network or a device, or take any text for a picture."""

_NO_FILE = 0x0001  # AVFMT_NOFILE: a device, or a demuxer that opens its files itself


@functools.cache
def allowed_formats() -> str:
    """The comma-separated `format_whitelist`: every demuxer of this build that reads one file and nothing else."""
    names = set()
    for each in av.formats_available:
        try:
            format_ = av.ContainerFormat(each, "r")
        except ValueError:
            continue  # a muxer only
        parts = set(format_.name.split(","))
        if not parts & REFUSED and not format_.flags & _NO_FILE:
            names |= parts
    return ",".join(sorted(names))


def demux_options(max_pixels: int, *, protocols: str) -> dict[str, str]:
    """Options for `av.open`. `protocols` is what nested opens may use: "file" or "none"."""
    return {
        "protocol_whitelist": protocols,
        "format_whitelist": allowed_formats(),
        "max_pixels": str(max_pixels),
        "max_streams": str(MAX_STREAMS),
        "probesize": str(PROBE_BYTES),
        "scan_all_pmts": "1",
        "enable_drefs": "0",  # a QuickTime file may name other files as its data
        "use_absolute_path": "0",
    }
