"""What a person who comes from ffplay types and presses: each row of the README's table does here what it did there."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from player.cli.main import FINE, main
from player.cli.options import Geometry, PlayOptions, parse_play
from player.errors import UsageError
from player.events import EndReached, TracksChanged
from player.options import Input, OpenOptions
from player.player import Player
from player.records import Snapshot
from tests.helpers.clips import Clips
from tests.helpers.command import overplay
from tests.helpers.playing import Playing

ROOT = Path(__file__).resolve().parents[2]
TITLE = "## Coming from ffplay"


def parse(line: str) -> PlayOptions:
    return parse_play(line.split())


def play(clips: Clips, name: str, line: str) -> tuple[Playing, Snapshot, dict[str, object]]:
    """Plays a clip to its end with the options of a command line."""
    options = parse(line)
    with Playing(untimed=True) as playing:
        playing.player.set_volume(100.0 if options.volume is None else options.volume)
        playing.open(clips(name), options.open)
        assert isinstance(playing.until_over(), EndReached), playing.describe()
        return playing, playing.player.snapshot(), playing.player.report()


# Options: what they become.

PARSED: dict[str, tuple[str, str, PlayOptions]] = {
    "-x": ("-x 640", "-x 640", PlayOptions(geometry=Geometry(640))),
    "-y": ("-y 480", "-y 480", PlayOptions(geometry=Geometry(height=480))),
    "-fs": ("-fs", "--fullscreen", PlayOptions(fullscreen=True)),
    "-an": ("-an", "--no-audio", PlayOptions(open=OpenOptions(audio=False))),
    "-vn": ("-vn", "--no-video", PlayOptions(open=OpenOptions(video=False))),
    "-sn": ("-sn", "--no-subtitles", PlayOptions(open=OpenOptions(subtitles=False))),
    "-ss": ("-ss 1:01.5", "--start 61.5", PlayOptions(open=OpenOptions(start_s=61.5))),
    "-t": ("-t 2", "--length 2", PlayOptions(open=OpenOptions(length_s=2.0))),
    "-nodisp": ("-nodisp", "--vo null", PlayOptions(vo="null")),
    "-volume": ("-volume 50", "--volume 50", PlayOptions(volume=50.0)),
    "-sync": ("-sync ext", "--sync external", PlayOptions(open=OpenOptions(sync="external"))),
    "-autoexit": ("-autoexit", "--autoexit", PlayOptions(autoexit=True)),
    "-loop": ("-loop 0", "--loop 0", PlayOptions(open=OpenOptions(loop=0))),
    "-framedrop": ("-framedrop", "--framedrop on", PlayOptions(open=OpenOptions(framedrop="on"))),
    "-noframedrop": ("-noframedrop", "--framedrop off", PlayOptions(open=OpenOptions(framedrop="off"))),
    "-vf": ("-vf hflip", "--vf hflip", PlayOptions(open=OpenOptions(vf="hflip"))),
    "-af": ("-af anull", "--af anull", PlayOptions(open=OpenOptions(af="anull"))),
    "-showmode": ("-showmode rdft", "--show-mode spectrum", PlayOptions(show_mode="spectrum")),
    "-f": ("-f rawvideo", "--demuxer rawvideo", PlayOptions(open=OpenOptions(input=Input("rawvideo")))),
    "-video_size": ("-video_size 64x48", "--size 64x48", PlayOptions(open=OpenOptions(input=Input(size=(64, 48))))),
    "-pixel_format": (
        "-pixel_format nv12",
        "--pix-fmt nv12",
        PlayOptions(open=OpenOptions(input=Input(pix_fmt="nv12"))),
    ),
    "-framerate": ("-framerate 50", "--rate 50", PlayOptions(open=OpenOptions(input=Input(rate=Fraction(50))))),
    "-hwaccel": ("-hwaccel auto", "--hwdec auto", PlayOptions(open=OpenOptions(hwdec="auto"))),
}
"""ffplay's option: its spelling, ours, and what both become."""


@pytest.mark.parametrize("name", list(PARSED))
def test_ffplays_spelling_is_ours(name: str) -> None:
    theirs, ours, options = PARSED[name]
    assert parse(theirs) == options
    assert parse(ours) == options


def test_a_window_is_placed() -> None:
    assert parse("--geometry 640x480+10+20").geometry == Geometry(640, 480, 10, 20)


def test_a_gpu_is_asked_for() -> None:
    assert parse("--vo gpu").vo == "gpu"


def test_what_sound_alone_shows() -> None:
    modes = ("waves", "video", "rdft")
    assert [parse(f"-showmode {mode}").show_mode for mode in modes] == ["waves", "cover", "spectrum"]


def test_a_graph_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="given twice"):
        parse("-vf hflip -vf vflip")


# Options: what they do.


@pytest.mark.parametrize("clock", ["audio", "video", "ext"])
def test_sync(clips: Clips, clock: str) -> None:
    assert play(clips, "cfr", f"-sync {clock}")[0].numbers == list(range(50))


def test_an_vn_sn(clips: Clips) -> None:
    playing, silent, _ = play(clips, "tracks", "-an")
    assert (silent.aid, silent.vid, silent.sid, silent.audio_device) == (None, 1, 1, "")
    assert playing.numbers == list(range(50))
    playing, dark, _ = play(clips, "tracks", "-vn")
    assert (dark.aid, dark.vid, playing.shown) == (1, None, [])
    assert play(clips, "tracks", "-sn")[1].sid is None


def test_ast_vst_sst(clips: Clips) -> None:
    playing, snapshot, _ = play(clips, "tracks", "--aid 2 --vid 2 --sid 2")
    assert (snapshot.aid, snapshot.vid, snapshot.sid) == (2, 2, 2)
    assert playing.numbers[0] == 100


def test_ss_and_t(clips: Clips) -> None:
    assert play(clips, "bframes", "-ss 0.8 -t 0.4")[0].numbers == list(range(20, 30))


def test_loop(clips: Clips) -> None:
    assert play(clips, "cfr", "-loop 2")[0].numbers == [*range(50), *range(50)]


def test_volume(clips: Clips) -> None:
    assert play(clips, "cfr", "-volume 40")[1].volume == 40.0


@pytest.mark.parametrize("line", ["-framedrop", "-noframedrop", ""])
def test_framedrop(clips: Clips, line: str) -> None:
    assert play(clips, "cfr", line)[1].dropped_late == 0


def test_vf_and_af(clips: Clips) -> None:
    playing, snapshot, _ = play(clips, "cfr", "-vf scale=80:60,fps=5 -af volume=0.5,atempo=1")
    assert {shown.size for shown in playing.shown} == {(80, 60)}
    assert len(playing.shown) == 10
    assert (snapshot.vf, snapshot.af) == ("scale=80:60,fps=5", "volume=0.5,atempo=1")


def test_rotation_is_automatic_and_can_be_switched_off(clips: Clips) -> None:
    sizes = []
    for line in ("", "--vf sidedata=mode=delete:type=DISPLAYMATRIX"):
        with Playing() as playing:
            playing.open_paused(clips("rotated"), parse(f"--pause {line}").open)
            assert playing.last.picture is not None
            sizes.append(playing.last.picture.display_size)
    assert sizes == [(120, 160), (160, 120)]


def test_hwaccel(clips: Clips) -> None:
    playing, _, report = play(clips, "cfr", "-hwaccel auto")
    assert playing.numbers == list(range(50))
    assert isinstance(report["hwdec"], dict)
    assert report["hwdec"]["wanted"] == "auto"


def test_the_command_plays_without_a_window(clips: Clips, tmp_path: Path) -> None:
    report, log = tmp_path / "report.json", tmp_path / "log"
    line = ["-nodisp", "-autoexit", "--ao", "null", "--untimed", "--stats", str(report), "--log-file", str(log)]
    done = overplay(*line, "-loop", "2", "-vf", "hflip", "--", str(clips("cfr")))
    assert (done.returncode, done.stderr) == (FINE, "")
    assert json.loads(report.read_text())["shown"] == 100
    assert "hflip" in log.read_text()


@pytest.mark.parametrize(("line", "says"), [("--help", "--vf GRAPH"), ("-h", "--vf GRAPH"), ("--version", "overplay")])
def test_help_and_version(line: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([line]) == FINE
    assert says in capsys.readouterr().out


# Keys.

KEYS = {
    "Q": "quit",
    "Esc": "leave",
    "F": "full-screen",
    "P": "play-pause",
    "Space": "play-pause",
    "M": "mute",
    "9": "quieter",
    "0": "louder",
    "/": "quieter",
    "*": "louder",
    "A": "cycle-audio",
    "V": "cycle-video",
    "T": "cycle-subtitles",
    "W": "show-mode",
    "S": "step",
    "Left": "back",
    "Right": "forward",
    "Down": "back-60",
    "Up": "forward-60",
    "PgDown": "previous-chapter",
    "PgUp": "next-chapter",
}
"""ffplay's keys and the commands that are theirs here."""


@cache
def commands_by_key() -> dict[str, str]:
    """The window's tables of commands, read as text: the window itself needs PySide6."""
    tables = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "ui" / "commands").glob("*.py")]
    found: dict[str, str] = {}
    for node in (node for tree in tables for node in ast.walk(tree)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Command"):
            continue
        if isinstance(node.args[0], ast.Constant):  # rows made in a loop are none of ffplay's
            found |= dict.fromkeys(ast.literal_eval(node.args[3]), ast.literal_eval(node.args[0]))
    return found


@pytest.mark.parametrize("key", list(KEYS))
def test_ffplays_key_is_ours(key: str) -> None:
    assert commands_by_key()[key] == KEYS[key]


@pytest.mark.parametrize(
    ("key", "do", "seen"),
    [
        ("Space", Player.toggle_pause, lambda snapshot: not snapshot.paused),
        ("M", lambda player: player.set_muted(True), lambda snapshot: snapshot.muted),
        ("9", lambda player: player.set_volume(98), lambda snapshot: snapshot.volume == 98),
        ("A", lambda player: player.cycle("audio"), lambda snapshot: snapshot.aid == 2),
        ("V", lambda player: player.cycle("video"), lambda snapshot: snapshot.vid == 2),
        ("T", lambda player: player.cycle("subtitle"), lambda snapshot: snapshot.sid == 2),
        ("Right", lambda player: player.seek_by(0.4), lambda snapshot: snapshot.position_s == pytest.approx(0.4)),
    ],
)
def test_what_the_keys_do(
    clips: Clips, key: str, do: Callable[[Player], None], seen: Callable[[Snapshot], bool]
) -> None:
    assert key in KEYS
    with Playing() as playing:
        playing.open_paused(clips("tracks"))
        do(playing.player)
        playing.until(lambda: seen(playing.player.snapshot()))


def test_s_steps_one_picture(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("slideshow"))
        playing.player.step()
        playing.until_next()
        assert playing.numbers == [0, 1]
        assert not playing.events_of(TracksChanged)


# The table itself.

ELSEWHERE = frozenset(
    {"-left", "-top", "-ast", "-vst", "-sst", "-i", "-stats", "-autorotate", "-noautorotate", "-find_stream_info"}
    | {"-enable_vulkan", "-vulkan_params", "-h", "-version", "-loglevel", "-report"}
)
"""Rows whose equal has another spelling: exercised above, or true of every clip that plays."""


def test_every_row_of_the_readme_is_exercised() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else ""
    if TITLE not in text:
        pytest.skip("README.md has no table for people who come from ffplay yet")
    section = text.partition(TITLE)[2].partition("\n## ")[0]
    rows = [re.split(r"(?<!\\)\|", line)[1:3] for line in section.splitlines() if line.startswith("| ")]
    equal = {token for theirs, ours in rows if "no equal" not in ours for token in re.findall(r"`([^`]+)`", theirs)}
    assert len(rows) > 40
    assert equal == {*PARSED, *ELSEWHERE, *KEYS}
