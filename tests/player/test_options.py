"""The command line's options: what they become, and one sentence for each mistake."""

from __future__ import annotations

from fractions import Fraction

import pytest

from player.cli.options import Geometry, PlayOptions, parse_play
from player.errors import UsageError
from player.options import Input, OpenOptions


def parse(line: str) -> PlayOptions:
    return parse_play(line.split())


def test_nothing_asked_is_the_defaults() -> None:
    assert parse("") == PlayOptions()


def test_files_and_options_in_any_order() -> None:
    options = parse("a.mp4 --pause b.mp4 --mute c.mp4")
    assert options.paths == ("a.mp4", "b.mp4", "c.mp4")
    assert options.open.paused
    assert options.muted


def test_behind_two_dashes_everything_is_a_file() -> None:
    assert parse("--mute a.mp4 -- -x.mp4 --pause --").paths == ("a.mp4", "-x.mp4", "--pause", "--")


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("--start 1:02.5 --length 90", OpenOptions(start_s=62.5, length_s=90.0)),
        ("-ss 1:02.5 -t 1:30", OpenOptions(start_s=62.5, length_s=90.0)),
        ("--start=-5", OpenOptions(start_s=-5.0)),
        ("--loop 0", OpenOptions(loop=0)),
        ("-loop 3", OpenOptions(loop=3)),
        ("-an -sn", OpenOptions(audio=False, subtitles=False)),
        ("-vn", OpenOptions(video=False)),
        ("--no-audio --no-subtitles", OpenOptions(audio=False, subtitles=False)),
        ("--no-video", OpenOptions(video=False)),
        ("--aid 2 --vid 1 --sid DE", OpenOptions(aid=2, vid=1, sid="de")),
        ("--aid no --vid auto --sid no", OpenOptions(audio=False, subtitles=False)),
        ("--sync external", OpenOptions(sync="external")),
        ("-sync ext --framedrop off", OpenOptions(sync="external", framedrop="off")),
        (
            "--demuxer rawvideo --size 64x48 --pix-fmt p010le --rate 29.97",
            OpenOptions(input=Input("rawvideo", (64, 48), "p010le", Fraction(30000, 1001))),
        ),
        ("--sequence --rate 24", OpenOptions(input=Input(rate=Fraction(24), sequence=True))),
    ],
)
def test_options_of_a_file(line: str, options: OpenOptions) -> None:
    assert parse(line).open == options


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("--speed 0.5 --volume 130", PlayOptions(speed=0.5, volume=130.0)),
        ("-volume 0 -autoexit -fs", PlayOptions(volume=0.0, autoexit=True, fullscreen=True)),
        ("--autoexit --fullscreen", PlayOptions(autoexit=True, fullscreen=True)),
        ("--geometry 640x480", PlayOptions(geometry=Geometry(640, 480))),
        ("--geometry 640x480+10-20", PlayOptions(geometry=Geometry(640, 480, 10, -20))),
        ("-x 800", PlayOptions(geometry=Geometry(800))),
        ("-x 800 -y 600", PlayOptions(geometry=Geometry(800, 600))),
        ("--vo null --ao sdl", PlayOptions(vo="null", ao="sdl")),
        ("--audio-delay -0.25 --untimed", PlayOptions(audio_delay_s=-0.25, untimed=True)),
        (
            "--no-config --log-file l -v --stats s.json",
            PlayOptions(no_config=True, log_file="l", verbose=True, stats="s.json"),
        ),
    ],
)
def test_options_of_the_player(line: str, options: PlayOptions) -> None:
    assert parse(line) == options


@pytest.mark.parametrize(
    "line",
    [
        "--bogus",
        "--paus",
        "--speed 9",
        "--speed nan",
        "--speed fast",
        "--volume 131",
        "--volume -1",
        "--loop -1",
        "--loop 1.5",
        "--loop ²",
        "--start soon",
        "--start 1:75",
        "--length 0",
        "--length -1",
        "--geometry 640",
        "--geometry 0x480",
        "-x 0",
        "--vid 0",
        "--aid first!",
        "--sync clock",
        "--framedrop never",
        "--vo x11",
        "--ao oss",
        "--audio-delay 11",
        "--start",
        "--tracker bytes",
        "--hwdec nonsense",
        "--vf nonsense",
        "--demuxer concat",
        "--size 64",
        "--size 0x48",
        "--size 70000x48",
        "--pix-fmt cuda",
        "--pix-fmt yuv",
        "--rate 0",
        "--rate fast",
    ],
)
def test_a_mistake_is_one_sentence(line: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse(line)
    text = str(refusal.value)
    assert line.split()[0].split("=")[0] in text
    assert "overplay --help" in text
    assert text.isprintable()


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_questions_end_well(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        parse(option)
    assert not leaving.value.code
    assert capsys.readouterr().out.startswith(("usage: overplay", "overplay "))
