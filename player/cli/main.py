"""The `overplay` command: picks the subcommand, turns what goes wrong into one sentence and an exit code."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import sys
import threading
from collections.abc import Sequence
from itertools import pairwise

from player.errors import PlayerError, ThreadStuckError, plain

SUBCOMMANDS = ("probe", "frames", "analyze", "train", "models", "doctor")
"""Each is a module of this package with `run(arguments) -> int`."""

LAST_CALL_S = 2.0
"""How long a thread that the player has let go may still take."""

FINE, OUR_FAULT, REFUSED, INTERRUPTED = 0, 1, 2, 130


def entry() -> int:
    """What the console script runs; returns the exit code."""
    # numpy, where it is wanted, has small matrices here: its library's own threads would cost 25 ms of CPU for nobody.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if _opens_a_window(sys.argv[1:]):
        from player.preload import preload

        preload()
    code = main(sys.argv[1:])
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(LAST_CALL_S)
            if thread.is_alive():  # in a sound server that does not answer, say: Python would wait for it for ever
                sys.stdout.flush()
                os._exit(code)
    return code


def main(arguments: Sequence[str]) -> int:
    """Runs the command with `arguments`, the program's name left out. Never raises an Exception."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names need not be valid in the terminal's encoding
    try:
        return _run(arguments)
    except SystemExit as leaving:  # argparse, after --help and --version
        return leaving.code if isinstance(leaving.code, int) else FINE
    except KeyboardInterrupt:
        return INTERRUPTED
    except ThreadStuckError as error:
        say(str(error))
        sys.stdout.flush()
        os._exit(OUR_FAULT)  # Python would wait for that thread for ever
    except PlayerError as error:
        say(str(error))
        return REFUSED
    except BrokenPipeError:
        # Whoever read the output has enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:
        return _our_fault(error)


def _opens_a_window(arguments: Sequence[str]) -> bool:
    """As far as a glance tells, before anything is parsed."""
    if arguments and (arguments[0] in SUBCOMMANDS or arguments[-1] in ("-h", "--help", "--version")):
        return False
    return "--vo=null" not in arguments and ("--vo", "null") not in pairwise(arguments)


def say(text: str) -> None:
    """One line on standard error."""
    with contextlib.suppress(OSError):
        print(f"overplay: {plain(text)}", file=sys.stderr, flush=True)


def _run(arguments: Sequence[str]) -> int:
    if arguments and arguments[0] in SUBCOMMANDS:
        command = importlib.import_module(f"player.cli.{arguments[0]}")
        code: int = command.run(arguments[1:])
    else:
        # Collecting while hundreds of modules load costs a tenth of the start-up and finds nothing. It is turned on
        # again here, or by the window once everything that lives long has been made.
        gc.disable()
        try:
            from player.cli.options import parse_play

            options = parse_play(arguments)
            from player.cli.play import run

            code = run(options)
        finally:
            gc.enable()
    sys.stdout.flush()
    return code


def _our_fault(error: Exception) -> int:
    """An error nobody foresaw: a line for people, the traceback for the log (`-v`, `--log-file`)."""
    import logging

    logging.getLogger("overplay").critical("unforeseen error", exc_info=error)
    say(f"something went wrong in Overplay itself: {type(error).__name__}: {error}. Use -v for details.")
    return OUR_FAULT
