"""Decoding in hardware where the user asked for it, and saying why where it is not possible.

A decoder with a device gives frames in that device's memory; PyAV copies each one back to the main
memory (as NV12 or P010) before anybody sees it. So behind the decoder they are frames like any
others: views, filters and pixel values work on them unchanged.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import av
from av.codec.hwaccel import HWAccel, hwdevices_available

from player.errors import OpenError, UsageError, plain
from player.media.source import Source, open_source
from player.records import Track

if TYPE_CHECKING:
    from av.codec import Codec
    from av.video.codeccontext import VideoCodecContext

NO, AUTO = "no", "auto"
Maker = Callable[[str, "Codec"], HWAccel]
"""Makes a device by its name for a codec. Raises NotImplementedError where that codec cannot use it, else OSError."""


def check_name(text: str) -> None:
    """Raises UsageError where `text` is none of no, auto, and the kinds of device that this build of FFmpeg knows."""
    known = hwdevices_available()
    if text not in (NO, AUTO, *known):
        raise UsageError(plain(f"There is no hardware decoding by the name of {text!r}: no, auto, {', '.join(known)}."))


class HwDecoding:
    """What was asked for and what came of it, for one open file.

    `reason` says why pictures are decoded in software although hardware was asked for.
    """

    def __init__(self, wanted: str, device: str = "", reason: str = "") -> None:
        self.wanted = wanted
        self.used = NO
        self.reason = reason
        self._device = device
        self._looked = False  # decode-video thread only, but for `begin`

    def begin(self) -> None:
        """A new decoder starts: look again."""
        self._looked = False

    def look(self, context: VideoCodecContext) -> str | None:
        """Call with every decoded frame, on the decode thread; a sentence when a promised device is not used."""
        if self._looked or not self._device:
            return None
        self._looked = True
        if is_in_hardware(context):
            self.used, self.reason = self._device, ""
            return None
        self.used = NO
        self.reason = f"{self._device} cannot decode this {context.codec.name}"
        return sentence(self)

    def report(self) -> dict[str, str]:
        return {"wanted": self.wanted, "used": self.used, "reason": self.reason}


def sentence(hwdec: HwDecoding) -> str | None:
    """What to tell a person who named a device that is not used; with auto, software is a fine answer too."""
    if hwdec.wanted in (NO, AUTO) or not hwdec.reason:
        return None
    return f"{hwdec.reason}; decoding in software"


def is_in_hardware(context: VideoCodecContext) -> bool:
    """Whether the frames that `context` gave last came from a device. FFmpeg may go back to software silently."""
    if not context.is_hwaccel:
        return False
    formats = (config.format for config in context.codec.hardware_configs)
    return context.pix_fmt in {each.name for each in formats if each is not None}


def make_device(name: str, codec: Codec) -> HWAccel:
    return HWAccel(name, allow_software_fallback=True).create(codec)


def open_in_hardware(
    source: Source, track: Track | None, wanted: str, max_pixels: int, *, make: Maker | None = None
) -> tuple[Source, HwDecoding]:
    """`source`, or the same file opened once more with a device for `track`; the first one is closed then.

    Only a file that has a device to go with it is opened twice. `auto` takes the first that works.
    """
    if wanted == NO:
        return source, HwDecoding(NO)
    if track is None or track.attached:
        return source, HwDecoding(wanted, reason="there is no moving picture to decode")
    if not source.info.seekable:
        return source, HwDecoding(wanted, reason="this input cannot be opened again for a device")
    codec = source.container.streams[track.index].codec_context.codec
    name, reason = _find(wanted, codec, make or make_device)
    if not name:
        return source, HwDecoding(wanted, reason=reason)
    try:
        accelerated = open_source(source.info.path, input=source.input, max_pixels=max_pixels, hwaccel=HWAccel(name))
    except OpenError as error:
        return source, HwDecoding(wanted, reason=f"{name} failed ({error.reason})")
    source.close()
    return dataclasses.replace(accelerated, info=source.info), HwDecoding(wanted, device=name)


def _find(wanted: str, codec: Codec, make: Maker) -> tuple[str, str]:
    """The name of a device that decodes `codec`, or why there is none."""
    reason = ""
    for name in hwdevices_available() if wanted == AUTO else (wanted,):
        try:
            make(name, codec)
        except NotImplementedError:
            reason = f"{name} cannot decode {codec.name}"
        except (av.FFmpegError, OSError):
            reason = f"{name} is not there"
        else:
            return name, ""
    return "", "no hardware decoder is there" if wanted == AUTO else reason
