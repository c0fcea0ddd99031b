"""Hardware decoding: what is said where there is none, and what is claimed where there is.

Whether this machine has a device does not matter: the makers of devices here are the tests' own, but for one test.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from av.codec.hwaccel import HWAccel, hwdevices_available

from player.cli.main import REFUSED, main
from player.errors import OpenError, UsageError
from player.events import EndReached, Warned
from player.media import hwdec
from player.media.hwdec import AUTO, NO, HwDecoding, check_name, is_in_hardware, open_in_hardware, sentence
from player.media.source import Source, choose_track, open_source
from player.options import DEFAULT_MAX_PIXELS, Input, OpenOptions
from player.records import Track
from tests.helpers.clips import Clip, Clips
from tests.helpers.playing import Playing

Maker = Callable[[str, Any], HWAccel]


def absent(name: str, codec: object) -> HWAccel:
    raise PermissionError(1, "Operation not permitted")


def unfit(name: str, codec: object) -> HWAccel:
    raise NotImplementedError(f"No supported hardware config for {codec}")


def there(name: str, codec: object) -> HWAccel:
    return HWAccel(name)


@pytest.fixture
def without_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hwdec, "make_device", absent)


@pytest.fixture
def with_device(monkeypatch: pytest.MonkeyPatch) -> list[HWAccel]:
    """Devices can be made, and files open with them, decoded in software for want of a real one."""
    given: list[HWAccel] = []

    def open_again(path: str, *, input: Input, max_pixels: int, hwaccel: HWAccel) -> Source:
        given.append(hwaccel)
        return open_source(path, input=input, max_pixels=max_pixels)

    monkeypatch.setattr(hwdec, "make_device", there)
    monkeypatch.setattr(hwdec, "open_source", open_again)
    return given


def tried(clip: Clip, wanted: str, make: Maker) -> tuple[Source, HwDecoding, bool]:
    """What comes of it, and whether the file was opened once more. The source is closed."""
    source = open_source(str(clip))
    track = choose_track(source, "video", None)
    result, found = open_in_hardware(source, track, wanted, DEFAULT_MAX_PIXELS, make=make)
    result.close()
    return result, found, result is not source


# Names.


def test_known_names_are_taken() -> None:
    for name in (NO, AUTO, *hwdevices_available()):
        check_name(name)


@pytest.mark.parametrize("name", ["", "yes", "CUDA", "no\n"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError) as refusal:
        check_name(name)
    assert all(each in str(refusal.value) for each in (NO, AUTO, *hwdevices_available()))
    assert "\n" not in str(refusal.value)


def test_an_unknown_name_on_the_command_line_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--hwdec", "abacus", "--vo", "null", "x.mp4"]) == REFUSED
    told = capsys.readouterr().err
    assert "--hwdec" in told
    assert told.count("\n") == 1


# Whether there is a device.


@pytest.mark.parametrize(
    ("wanted", "make", "reason"),
    [
        ("cuda", absent, "cuda is not there"),
        ("cuda", unfit, "cuda cannot decode h264"),
        (AUTO, absent, "no hardware decoder is there"),
        (AUTO, unfit, "no hardware decoder is there"),
    ],
)
def test_without_a_device_the_file_stays_as_it_was_opened(clips: Clips, wanted: str, make: Maker, reason: str) -> None:
    _, found, reopened = tried(clips("cfr"), wanted, make)
    assert not reopened
    assert found.report() == {"wanted": wanted, "used": NO, "reason": reason}


def test_not_asked_for_nothing_is_tried(clips: Clips) -> None:
    def never(name: str, codec: object) -> HWAccel:
        raise AssertionError("a device was made")

    _, found, reopened = tried(clips("cfr"), NO, never)
    assert not reopened
    assert found.report() == {"wanted": NO, "used": NO, "reason": ""}


def test_auto_takes_the_first_that_works(
    clips: Clips, with_device: list[HWAccel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hwdec, "hwdevices_available", lambda: ["qsv", "vaapi", "cuda"])
    asked: list[str] = []

    def make(name: str, codec: object) -> HWAccel:
        asked.append(name)
        return {"qsv": unfit, "vaapi": absent, "cuda": there}[name](name, codec)

    _, _, reopened = tried(clips("cfr"), AUTO, make)
    assert reopened
    assert asked == ["qsv", "vaapi", "cuda"]
    assert len(with_device) == 1


def test_a_device_that_fails_to_open_the_file_leaves_it_as_it_was(
    clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, **_options: object) -> Source:
        raise OpenError(path, "out of memory")

    monkeypatch.setattr(hwdec, "open_source", refuse)
    _, found, reopened = tried(clips("cfr"), "cuda", there)
    assert not reopened
    assert found.reason == "cuda failed (out of memory)"


def test_what_has_no_moving_picture_needs_no_device(clips: Clips) -> None:
    for name in ("audio_only", "cover_flac"):
        _, found, reopened = tried(clips(name), "cuda", there)
        assert not reopened
        assert found.reason == "there is no moving picture to decode"


def test_what_cannot_be_opened_twice_stays_in_software(clips: Clips, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(clips("truncated_mkv").path.read_bytes()))
    writer.start()
    source = open_source(str(fifo))
    track = Track(kind="video", index=0, number=1, codec="h264")
    same, found = open_in_hardware(source, track, "cuda", DEFAULT_MAX_PIXELS, make=there)
    source.close()
    writer.join()
    assert same is source
    assert found.reason == "this input cannot be opened again for a device"


# Whether it is used.


def context(pixels: str, *, accelerated: bool = True) -> Any:
    return SimpleNamespace(is_hwaccel=accelerated, pix_fmt=pixels, codec=av.codec.Codec("h264", "r"))


def test_the_format_of_the_decoder_tells_where_it_decodes() -> None:
    device_formats = [each.format.name for each in av.codec.Codec("h264", "r").hardware_configs if each.format]
    assert all(is_in_hardware(context(name)) for name in device_formats)
    assert not is_in_hardware(context("yuv420p"))
    assert not is_in_hardware(context("cuda", accelerated=False))


def test_only_a_named_device_that_is_not_used_is_worth_a_word() -> None:
    assert sentence(HwDecoding(NO)) is None
    assert sentence(HwDecoding(AUTO, reason="no hardware decoder is there")) is None
    assert sentence(HwDecoding("cuda", device="cuda")) is None
    assert sentence(HwDecoding("cuda", reason="cuda is not there")) == "cuda is not there; decoding in software"


# In the player.


def test_the_player_goes_on_in_software_and_says_so(clips: Clips, without_device: None) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"), OpenOptions(hwdec="cuda"))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers == list(range(50))
        assert [each.text for each in playing.events_of(Warned)] == ["cuda is not there; decoding in software"]
        assert playing.player.snapshot().hwdec == NO
        assert playing.player.report()["hwdec"] == {"wanted": "cuda", "used": NO, "reason": "cuda is not there"}


def test_auto_is_content_with_software(clips: Clips, without_device: None) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"), OpenOptions(hwdec=AUTO))
        assert isinstance(playing.until_over(), EndReached)
        assert not playing.events_of(Warned)
        report = playing.player.report()["hwdec"]
        assert report == {"wanted": AUTO, "used": NO, "reason": "no hardware decoder is there"}


def test_a_device_that_decodes_is_named(
    clips: Clips, with_device: list[HWAccel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hwdec, "is_in_hardware", lambda _context: True)
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"), OpenOptions(hwdec="cuda"))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers == list(range(50))
        assert not playing.events_of(Warned)
        assert playing.player.snapshot().hwdec == "cuda"
        assert playing.player.report()["hwdec"] == {"wanted": "cuda", "used": "cuda", "reason": ""}
        assert len(with_device) == 1


def test_a_decoder_that_goes_back_to_software_is_found_out(clips: Clips, with_device: list[HWAccel]) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"), OpenOptions(hwdec="cuda"))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers == list(range(50))
        (warned,) = playing.events_of(Warned)
        assert warned.text == "cuda cannot decode this h264; decoding in software"
        assert playing.player.snapshot().hwdec == NO


@pytest.mark.parametrize("wanted", [AUTO, *hwdevices_available()])
def test_with_whatever_this_machine_has_every_picture_is_shown(clips: Clips, wanted: str) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"), OpenOptions(hwdec=wanted))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers == list(range(50))
        report = playing.player.report()["hwdec"]
        assert isinstance(report, dict)
        assert bool(report["reason"]) == (report["used"] == NO)
