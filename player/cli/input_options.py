"""The options that say how to read a file that does not say it itself: raw pictures and image sequences."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction

from player.options import Input

_MOST = 1 << 16


def add_input_options(parser: argparse.ArgumentParser) -> None:
    """`--demuxer --size --pix-fmt --rate --sequence`, with FFmpeg's spellings beside them."""
    group = parser.add_argument_group("raw pictures and image sequences")
    group.add_argument(
        "--demuxer", "-f", choices=["auto", "rawvideo"], default="auto", help="rawvideo: pictures without a header"
    )
    group.add_argument("--size", "-video_size", type=_size, metavar="WxH", help="of raw pictures")
    group.add_argument("--pix-fmt", "-pixel_format", type=_pix_fmt, metavar="F", help="of raw pictures, as FFmpeg's")
    group.add_argument("--rate", "-framerate", type=_rate, metavar="R", help="pictures a second: 25, 30000/1001, 29.97")
    group.add_argument("--sequence", action="store_true", help="an image stands for all numbered images beside it")


def read_input(given: argparse.Namespace) -> Input:
    """What these options said."""
    return Input(given.demuxer, given.size, given.pix_fmt, given.rate, given.sequence)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,5})[x*]([0-9]{1,5})", text, re.ASCII)
    if match is None or not (0 < int(match[1]) < _MOST and 0 < int(match[2]) < _MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form WxH")
    return int(match[1]), int(match[2])


def _pix_fmt(text: str) -> str:
    from player.media.raw_video import pixel_formats  # FFmpeg takes a moment to load

    if text not in pixel_formats():
        raise argparse.ArgumentTypeError(f"there is no pixel format {text!r} for raw pictures")
    return text


def _rate(text: str) -> Fraction:
    from player.media.raw_name import exact_rate

    rate = exact_rate(text)
    if rate is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pictures a second")
    return rate
