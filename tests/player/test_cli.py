"""The command as a whole: exit codes, what it loads, what it writes, and how it ends."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.cli import doctor, home, logs, main
from player.cli.options import PlayOptions
from player.cli.progress import Progress
from player.home import home_folder
from player.whole_file import write_whole
from tests.helpers.clips import Clips
from tests.helpers.command import COMMAND, ROOT, overplay

QUIET = ("--vo", "null", "--ao", "null")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and devices as Unix has them")


# Exit codes


def test_a_file_plays_to_its_end(clips: Clips) -> None:
    run = overplay(*QUIET, "--untimed", str(clips("cfr")))
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_several_files_play_in_turn_and_a_bad_one_does_not_stop_the_rest(clips: Clips, tmp_path: Path) -> None:
    log = tmp_path / "log"
    paths = [str(clips("cfr")), str(tmp_path / "missing.mp4"), str(clips("vfr"))]
    run = overplay(*QUIET, "--untimed", "--log-file", str(log), *paths)
    assert run.returncode == 2
    assert run.stderr == f"overplay: Cannot open {paths[1]}: there is no such file.\n"
    assert log.read_text().count("EndReached") == 2


def test_a_folder_plays(clips: Clips, tmp_path: Path) -> None:
    for name in ("cfr", "vfr"):
        (tmp_path / f"{name}.mp4").write_bytes(clips(name).path.read_bytes())
    assert overplay(*QUIET, "--untimed", str(tmp_path)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vo", "null"], "no file to play"),
        (["--bogus"], "--bogus"),
        (["-an", "-vn", "x.mp4"], "nothing to play"),
        (["--stats", "/nowhere/at/all.json", "x.mp4"], "Cannot write the report"),
        (["--log-file", "/nowhere/at/all.log", "x.mp4"], "Cannot write the log file"),
        (["evaluate", "--vo", "null"], "Cannot open evaluate: there is no such file"),
        (["probe"], "overplay probe --help"),
        (["doctor", "please"], "overplay doctor --help"),
    ],
)
def test_mistakes_are_one_line_and_two(arguments: list[str], words: str) -> None:
    run = overplay(*arguments)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert run.stderr.startswith("overplay: ")
    assert words in run.stderr


def test_a_track_that_is_not_there_is_said(clips: Clips) -> None:
    run = overplay(*QUIET, "--untimed", "--aid", "7", str(clips("tracks")))
    assert run.returncode == 2
    assert "There is no audio track 7; there are 2." in run.stderr


def test_a_fault_of_ours_is_one_line_and_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_arguments: object) -> int:
        raise ZeroDivisionError("oops\x1b[31m")

    monkeypatch.setattr(doctor, "run", fail)
    assert main.main(["doctor"]) == 1
    assert capsys.readouterr().err == (
        "overplay: something went wrong in Overplay itself: ZeroDivisionError: oops[31m. Use -v for details.\n"
    )


@posix
def test_ctrl_c_ends_with_130_and_still_writes_the_report(clips: Clips, tmp_path: Path) -> None:
    stats, log = tmp_path / "stats.json", tmp_path / "log"
    arguments = [*QUIET, "--loop", "0", "--stats", str(stats), "--log-file", str(log), str(clips("cfr"))]
    with subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, stderr=subprocess.PIPE) as process:
        while "FirstPicture" not in (log.read_text() if log.exists() else ""):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=10)
    assert process.returncode == 130
    assert complaint == b""
    assert json.loads(stats.read_text())["version"] == 1


# What it loads


def test_help_is_quick_because_it_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from player.cli.main import main\n"
        "code = main(['--help'])\n"
        "heavy = {'av', 'numpy', 'PySide6', 'sdl2', 'torch', 'cv2', 'ui', 'logging'} & set(sys.modules)\n"
        "print(code, sorted(heavy), file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stderr == "0 []\n"
    assert run.stdout.startswith("usage: overplay [OPTIONS] [FILE | FOLDER | PLAYLIST ...]")


@pytest.mark.parametrize("command", ["probe", "frames", "play"])
def test_no_command_needs_the_window_or_the_models(clips: Clips, command: str) -> None:
    words = [*QUIET, "--untimed"] if command == "play" else [command]
    program = (
        "import sys\n"
        "for name in ('PySide6', 'shiboken6', 'torch', 'cv2', 'ui'): sys.modules[name] = None\n"
        "from player.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    arguments = [sys.executable, "-c", program, *words, str(clips("video_only"))]
    run = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_without_pyside_the_window_is_one_sentence(clips: Clips) -> None:
    program = (
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'PySide6': raise ModuleNotFoundError('no', name=name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "from player.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(clips("cfr"))],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert "needs PySide6" in run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="a display is a matter of the environment only there")
def test_without_a_display_there_is_one_sentence(clips: Clips) -> None:
    nothing = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    run = overplay(str(clips("cfr")), env=nothing)
    assert run.returncode == 2
    assert run.stderr == "overplay: There is no display to open a window on; --vo null plays without one.\n"


# Before the window opens


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list[PlayOptions]:
    """A window that only remembers what it was asked for."""
    seen: list[PlayOptions] = []

    def run(options: PlayOptions) -> int:
        seen.append(options)
        return 0

    module = types.ModuleType("ui.app")
    module.run = run  # type: ignore[attr-defined]  # a stand-in for a module
    monkeypatch.setitem(sys.modules, "ui.app", module)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return seen


def test_the_window_gets_the_files_of_a_folder(clips: Clips, window: list[PlayOptions]) -> None:
    path = clips("cfr").path
    assert main.main([str(path.parent), "--mute"]) == 0
    assert window[0].paths == (str(path),)
    assert window[0].muted


def test_the_window_opens_with_no_file(window: list[PlayOptions]) -> None:
    assert main.main([]) == 0
    assert window == [PlayOptions()]


def test_no_window_for_what_cannot_be_opened(
    tmp_path: Path, window: list[PlayOptions], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"")
    assert main.main([str(bad), str(tmp_path / "missing.mp4")]) == 2
    assert window == []
    assert capsys.readouterr().err == f"overplay: Cannot open {bad}: it is empty.\n"


def test_the_window_opens_when_one_of_several_can_be_opened(
    clips: Clips, tmp_path: Path, window: list[PlayOptions]
) -> None:
    paths = (str(tmp_path / "missing.mp4"), str(clips("cfr")))
    assert main.main(list(paths)) == 0
    assert window[0].paths == paths


@posix
def test_a_fifo_is_kept_open_for_its_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: list[PlayOptions]
) -> None:
    """The check before the window must not cut the writer off: it would get SIGPIPE."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    writers: list[int] = []

    def begin_writing() -> None:
        writers.append(os.open(path, os.O_WRONLY))  # returns once somebody reads
        os.write(writers[0], b"something")

    def go_on_writing(options: PlayOptions) -> int:
        window.append(options)
        return os.write(writers[0], b"more") - 4  # raises BrokenPipeError when nobody has it open

    monkeypatch.setattr(sys.modules["ui.app"], "run", go_on_writing)
    thread = threading.Thread(target=begin_writing, name="fifo-writer")
    thread.start()
    assert main.main([str(path)]) == 0
    thread.join()
    assert len(window) == 1
    os.close(writers[0])


@posix
def test_a_fifo_without_a_writer_opens_no_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: list[PlayOptions], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("player.cli.play.FIRST_BYTE_S", 0.05)
    path = tmp_path / "fifo"
    os.mkfifo(path)
    assert main.main([str(path)]) == 2
    assert window == []
    assert capsys.readouterr().err == f"overplay: Cannot open {path}: nothing arrived: it has no writer.\n"


def test_a_stuck_thread_ends_the_process_all_the_same() -> None:
    program = (
        "import sys, threading\n"
        "from player.cli import doctor, main\n"
        "from player.errors import ThreadStuckError\n"
        "threading.Thread(target=threading.Event().wait, name='demux').start()\n"
        "def run(_arguments): raise ThreadStuckError('demux')\n"
        "doctor.run = run\n"
        "sys.exit(main.main(['doctor']))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )
    assert (run.returncode, run.stderr) == (1, "overplay: Thread demux did not stop in time.\n")


# What it writes


def test_the_report_is_written(clips: Clips, tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    assert overplay(*QUIET, "--untimed", "--stats", str(stats), str(clips("cfr"))).returncode == 0
    report = json.loads(stats.read_text())
    assert report["version"] == 1
    assert report["shown"] == 50
    assert os.listdir(tmp_path) == ["stats.json"]


def test_no_config_touches_no_home(clips: Clips, tmp_path: Path) -> None:
    own = {"HOME": str(tmp_path), "OVERPLAY_HOME": str(tmp_path / "own"), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert overplay(*QUIET, "--untimed", "--no-config", str(clips("cfr")), env=own).returncode == 0
    assert os.listdir(tmp_path) == []


def test_where_settings_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path))
    assert home.settings_path(PlayOptions()) == tmp_path / "settings.ini"
    assert home.settings_path(PlayOptions(no_config=True)) is None


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is Linux's")
def test_where_settings_live_by_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OVERPLAY_HOME", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert home_folder() == tmp_path / "overplay"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_folder() == tmp_path / ".config" / "overplay"


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    with pytest.raises(FileExistsError):
        write_whole(path, b"three", replace=False)
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["file"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@posix
def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    write_whole(link, b"x")
    assert link.is_symlink()
    assert real.read_bytes() == b"x"
    write_whole("/dev/null", b"x")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(FileExistsError):
        write_whole(tmp_path, b"x")


# Logs and progress


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger()
    before, level = list(logger.handlers), logger.level
    yield logger
    for handler in [each for each in logger.handlers if each not in before]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(level)


@pytest.mark.usefixtures("root_logger")
def test_a_log_names_the_thread_and_keeps_control_characters_out(tmp_path: Path) -> None:
    path = tmp_path / "log"
    logs.start_logging(str(path), verbose=False)
    logging.getLogger("overplay.demux").info("title %s", "red\x1b[31m\nline two \udcff")
    text = path.read_text()
    assert "MainThread" in text
    assert "overplay.demux: title red[31m" in text
    assert "\x1b" not in text


class _Terminal:
    def __init__(self, terminal: bool) -> None:
        self.text = ""
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def test_progress_renews_its_line_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 1.0, 2.0, 2.05, 4.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    terminal = _Terminal(True)
    with Progress("pictures", 8, stream=terminal) as progress:  # type: ignore[arg-type]  # as much of one as it uses
        for _ in range(3):
            progress.advance()
    first, second, last = terminal.text.removeprefix("\r").split("\r")
    assert first == "\x1b[K[###.....................]  12% 1 of 8 pictures, 1.0/s, 0:07 left"
    assert "25% 2 of 8 pictures, 1.0/s, 0:06 left" in second
    assert last.endswith("3 of 8 pictures, 0.8/s, 0:06 left\n")


def test_progress_elsewhere_is_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 1.0, 6.0, 8.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    stream = _Terminal(False)
    with Progress("pictures", None, stream=stream) as progress:  # type: ignore[arg-type]  # as much of one as it uses
        progress.advance()
        progress.advance()
    assert stream.text == "2 pictures, 0.3/s\n2 pictures, 0.2/s\n"


# The doctor


def test_the_doctor_tells_what_there_is() -> None:
    run = overplay("doctor")
    assert run.returncode == 0
    assert run.stderr == ""
    for word in ("Python", "Packages", "FFmpeg", "Window", "Sound", "Computing", "decoders: h264", "libass:", "numpy "):
        assert word in run.stdout


def test_the_doctor_names_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(doctor, "_is_installed", lambda name: name == "PySide6")
    monkeypatch.setattr(doctor, "_plugin_folder", lambda: "/nowhere")
    monkeypatch.setattr(doctor, "_loads", lambda library: library != "libxcb-cursor.so.0")
    assert doctor.run([]) == 0
    text = capsys.readouterr().out
    assert "sudo apt-get install -y libxcb-cursor0\n" in text
    assert "torch is not installed" in text


def test_a_child_that_hangs_or_fails_does_not_hold_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHILD_DEADLINE_S", 0.2)
    assert list(doctor._from_child("input() if False else __import__('threading').Event().wait()")) == [
        "no answer within 0 s"
    ]
    monkeypatch.setattr(doctor, "CHILD_DEADLINE_S", 10.0)
    assert list(doctor._from_child("print('one'); raise SystemExit('broken')")) == ["one", "cannot be asked: broken"]


def test_the_doctor_asks_for_what_the_set_up_installs() -> None:
    setup = ROOT / ".setup.sh"
    if not setup.exists():
        pytest.skip("not a checkout: .setup.sh is not here")
    listed = setup.read_text().split('product_libraries="\n')[1].split('"')[0]
    assert dict(line.split() for line in listed.splitlines() if line) == doctor.LIBRARIES
