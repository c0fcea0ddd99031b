"""The composition root in a process of its own, on Qt's offscreen platform: exit codes, files one after the other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.ui.window_kit import wait_until
from ui.app import save_report
from ui.relay import Relay

if TYPE_CHECKING:
    from player.records import Picture
    from tests.helpers.clips import Clips

DEADLINE_S = 30.0


def play(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OVERPLAY_HOME": str(home)}
    command = [sys.executable, "-m", "player.cli", "--ao", "null", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )  # fmt: skip


def test_files_play_one_after_the_other_and_the_program_ends(clips: Clips, tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    done = play(tmp_path, str(clips("cfr")), str(clips("sixty")), "--autoexit", "--speed", "4", "--stats", str(stats))
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(stats.read_text())
    assert report["shown"] + report["dropped_early"] + report["dropped_late"] == 60, "of the last file"
    recent = (tmp_path / "settings.ini").read_text()
    assert "cfr.mp4" in recent
    assert "sixty.mp4" in recent


def test_no_config_writes_nothing(clips: Clips, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = play(home, str(clips("sixty")), "--autoexit", "--speed", "4", "--no-config")
    assert (done.returncode, done.stderr) == (0, "")
    assert not home.exists()


def test_a_bad_file_among_good_ones_is_told_and_the_rest_plays(clips: Clips, tmp_path: Path) -> None:
    done = play(tmp_path, str(tmp_path / "none.mp4"), str(clips("sixty")), "--autoexit", "--speed", "4")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "none.mp4" in done.stderr
    assert "sixty.mp4" in (tmp_path / "settings.ini").read_text()


def _catches(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler for a signal."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc to see when it is ready")
@pytest.mark.parametrize("times", [1, 5])
def test_sigterm_ends_it_cleanly(clips: Clips, tmp_path: Path, times: int) -> None:
    """However often it comes: `timeout` sends it twice, and the second one met the settings half written."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OVERPLAY_HOME": str(tmp_path)}
    command = [
        sys.executable, "-m", "player.cli", "--ao", "null", "--loop", "0", str(clips("cfr")),
    ]  # fmt: skip
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: _catches(process.pid, signal.SIGTERM), "the window's own signal handler")
            for _ in range(times):
                process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=DEADLINE_S)
        finally:
            process.kill()
    assert (process.returncode, told) == (143, "")
    assert (tmp_path / "settings.ini").exists()
    assert not list(tmp_path.glob("*.lock*"))


def test_the_decode_thread_waits_for_the_view_and_no_longer() -> None:
    relay = Relay()
    relay.wakeup()  # there is no window yet: nothing happens
    results: list[object] = []
    picture: Picture = SimpleNamespace(display_size=(64, 48))  # type: ignore[assignment]  # otherwise only handed on
    thread = threading.Thread(target=lambda: results.append(relay.prepare(picture)))
    thread.start()
    wait_until(lambda: relay.picture_size is not None, "the picture to be there")
    assert relay.picture_size == (64, 48)
    assert results == []
    woken: list[str] = []
    relay.attach(lambda: woken.append("up"), lambda given: ("prepared", given))
    thread.join(5.0)
    assert results == [("prepared", picture)]
    relay.wakeup()
    assert woken == ["up"]


def test_without_a_window_the_decode_thread_is_let_go() -> None:
    relay = Relay()
    relay.release()
    picture: Picture = object()  # type: ignore[assignment]  # only handed on
    assert relay.prepare(picture) is None


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not save_report(str(tmp_path / "no" / "stats.json"), {})
    assert capsys.readouterr().err.count("\n") == 1
