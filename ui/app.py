"""The composition root: builds player and window from the options, and is the only place with the real clock.

The file is opened first and Qt is imported while it opens, so that the first picture waits for as little as possible.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from player.cli.home import cache_folder
from player.cli.report import write_report
from player.errors import ThreadStuckError, UsageError, plain
from ui.relay import Relay

if TYPE_CHECKING:
    from player.cli.options import PlayOptions
    from player.ipc.unix_socket import UnixSocket
    from player.player import Player

INTERRUPTED = 130
TURN_S = 0.001
"""A thread that is in Python makes room for another after so long: with Python's 5 ms, opening the file would wait for
the window's imports at every turn, and a picture that is due for whatever else runs."""


def run(options: PlayOptions) -> int:
    """Open the window, play, and return the exit code once it is closed."""
    if _no_display():
        complain("There is no display to open a window on; --vo null plays without one.")
        return 1
    sys.setswitchinterval(TURN_S)
    caches = cache_folder(options)
    if caches is not None:
        options = replace(options, open=replace(options.open, index_folder=caches / "index"))
    ipc = _listen(options)  # before anything that takes time, so that a client may connect at once
    from player.audio.sinks import choose_sinks
    from player.player import Player

    paths = list(options.paths)
    relay = Relay()
    player = Player(
        now=time.perf_counter,
        sinks=choose_sinks(time.perf_counter, silent=options.ao == "null", untimed=options.untimed),
        wakeup=relay.wakeup,
        prepare=relay.prepare,
        untimed=options.untimed,
    )
    player.set_volume(100.0 if options.volume is None else options.volume)
    player.set_muted(options.muted)
    player.set_speed(options.speed)
    player.set_audio_device(options.audio_device or "")
    if options.audio_delay_s is not None:
        player.set_audio_delay(options.audio_delay_s)
    code = INTERRUPTED
    try:
        if paths:
            player.open(paths[0], options.open)
        if options.detect.models:
            from player.analysis.loading import load_usual_engine

            load_usual_engine()  # now, because it stops all of Python for a picture or two
        from ui.own_import import restore_import  # Qt loads while the file is being opened

        restore_import()
        from ui.desktop import Desktop

        desktop = Desktop(
            player, relay, options, paths, ipc, now=time.perf_counter, nap=time.sleep, complain=complain
        )  # fmt: skip
        code = desktop.run()
        if options.stats is not None and not save_report(options.stats, player.report()):
            code = code or 1
        desktop.shut_down()
    except KeyboardInterrupt:
        pass  # before the window could take Ctrl+C over
    finally:
        relay.release()
        if ipc is not None:
            ipc.close()
        _close(player, code)
    return code


def _listen(options: PlayOptions) -> UnixSocket | None:
    """The IPC's socket, when one is asked for. Raises UsageError when it cannot be had."""
    if options.ipc_server is None:
        return None
    from player.ipc.unix_socket import UnixSocket

    return UnixSocket(options.ipc_server)


def complain(sentence: str) -> None:
    """One line on standard error."""
    print(f"overplay: {plain(sentence)}", file=sys.stderr, flush=True)


def save_report(path: str, report: dict[str, object]) -> bool:
    """Writes the playback report; False, and a line on standard error, when it cannot be written."""
    try:
        write_report(path, report)
    except UsageError as error:
        complain(str(error))
        return False
    return True


def _no_display() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


def _close(player: Player, code: int) -> None:
    """End the player. A thread that hangs in the kernel cannot be ended: then the process goes without it."""
    try:
        player.close()
    except ThreadStuckError as error:
        complain(str(error))
    left = [each for each in threading.enumerate() if each is not threading.main_thread() and not each.daemon]
    if left:
        for thread in left:
            thread.join(0.5)
        if any(thread.is_alive() for thread in left):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
