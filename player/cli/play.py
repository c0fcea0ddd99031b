"""Playing from the command line: in the window, or with `--vo null` without one."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import logging
import os
import select
import stat
import sys
from collections.abc import Iterator, Sequence

from player.cli.logs import start_logging
from player.cli.options import PlayOptions
from player.errors import OpenError, PlayerError, UsageError, plain
from player.memory import share_one_arena

FIRST_BYTE_S = 4.0
"""How long a FIFO's writer is waited for."""


def run(options: PlayOptions) -> int:
    """Plays what `options` name and returns the exit code. Raises PlayerError before anything has begun."""
    share_one_arena()
    try:
        start_logging(options.log_file, verbose=options.verbose)
    except OSError as error:
        raise UsageError(f"Cannot write the log file {options.log_file}: {error.strerror}.") from error
    if options.stats is not None:
        _check_writable(options.stats)
    log = logging.getLogger("overplay")
    log.info("options: %r", options)
    if options.audio_device == "help":
        return _list_devices()
    if not options.open.video and not options.open.audio:
        raise UsageError("With neither sound nor pictures there is nothing to play.")
    _check_models(options)
    if not options.paths:
        if options.vo == "null":
            raise UsageError("There is no file to play; --vo null has no window to choose one in.")
        return _in_window(options)
    from player.media.playlist import expand

    options = dataclasses.replace(options, paths=tuple(expand(options.paths)))
    if options.vo == "null":
        if options.ipc_server is not None:
            raise UsageError("The JSON IPC drives the window; --vo null has none.")
        from player.cli.headless import play_all

        gc.enable()
        return play_all(options)
    with _checked(options.paths):
        return _in_window(options)


def _check_models(options: PlayOptions) -> None:
    """Raises ModelError for one that is not there. What is in it is found out when it is opened."""
    if options.detect.models:
        from player.analysis.model_names import resolve_model

        for name in options.detect.models:
            resolve_model(name)


def _list_devices() -> int:
    from player.audio.sdl_sink import list_devices

    for name in ("auto", *list_devices()):
        print(plain(name))
    return 0


def _in_window(options: PlayOptions) -> int:
    """Hands over to the window. The one written exception to the layers: by importlib, so that Qt may be absent."""
    _check_display()
    try:
        code: int = importlib.import_module("ui.app").run(options)
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("PySide6", "shiboken6"):
            raise
        if isinstance(error, ModuleNotFoundError):
            raise UsageError(
                "The window needs PySide6, which is not installed (pip install PySide6-Essentials); "
                "--vo null plays without a window."
            ) from error
        # PySide6 is there and a system library of Qt's is not.
        raise UsageError(f"The window cannot start: {error}. `overplay doctor` says what is missing.") from error
    return code


def _check_display() -> None:
    """Qt ends the process when there is no display; a sentence is better."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise UsageError("There is no display to open a window on; --vo null plays without one.")


def _check_writable(path: str) -> None:
    """Says now, not after the film, that the report cannot be written. Raises UsageError."""
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path) or not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise UsageError(f"Cannot write the report to {path}.")


@contextlib.contextmanager
def _checked(paths: Sequence[str]) -> Iterator[None]:
    """Refuses before a window opens when none of `paths` holds anything: OpenError for the first of them.

    FIFOs and devices are waited for, and stay open meanwhile, so that their writers are not cut off.
    """
    first: PlayerError | None = None
    with contextlib.ExitStack() as held:
        for path in paths:
            try:
                if _is_stream(path):
                    held.callback(os.close, _wait_for_data(path))
                else:
                    _glance(path)
                break
            except PlayerError as error:
                first = first or error
        else:
            assert first is not None
            raise first
        yield


def _glance(path: str) -> None:
    """Raises OpenError for a file that is missing, closed to us, or empty.

    Whatever else may be wrong with it the player finds out while the window is being made, and no window appears.
    """
    from player.media._why_not import why_not

    try:
        with open(path, "rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        if "%" in path:
            from player.media.image_sequence import is_pattern

            if is_pattern(path):
                return
        raise OpenError(path, why_not(path, error)) from error
    if is_empty:
        raise OpenError(path, "it is empty")


def _is_stream(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _wait_for_data(path: str) -> int:
    """A descriptor of `path`, once something has arrived that the player can read. Raises OpenError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise OpenError(path, (error.strerror or "it cannot be read").lower()) from error
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    if not any(event & select.POLLIN for _, event in poll.poll(FIRST_BYTE_S * 1000)):
        os.close(descriptor)
        raise OpenError(path, "nothing arrived: it has no writer")
    return descriptor
