"""`--vo null`: the player without a window, for tests, measurements and machines without a screen."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from player.audio.sinks import choose_sinks
from player.cli.main import FINE, REFUSED, say
from player.cli.report import write_report
from player.events import EndReached, Failed, OpenFailed, SubtitlesRefused, Warned
from player.player import Player

if TYPE_CHECKING:
    from player.analysis.analysis import Analysis
    from player.cli.options import PlayOptions

_LOG = logging.getLogger("overplay")


def play_all(options: PlayOptions) -> int:
    """Plays `options.paths` one after the other. 2 when one of them could not be played, else 0."""
    analysis = _load_models(options)
    wakeup = threading.Event()
    player = Player(
        now=time.monotonic,
        sinks=choose_sinks(time.monotonic, silent=options.ao == "null", untimed=options.untimed),
        wakeup=wakeup.set,
        untimed=options.untimed,
    )
    player.set_speed(options.speed)
    player.set_volume(100.0 if options.volume is None else options.volume)
    player.set_muted(options.muted)
    player.set_audio_device(options.audio_device or "")
    player.set_audio_delay(options.audio_delay_s or 0.0)
    player.set_watch(analysis)
    try:
        played = [_play_one(player, path, options, wakeup, analysis) for path in options.paths]
    finally:
        if options.stats is not None:
            write_report(options.stats, player.report())
        player.close()
        if analysis is not None:
            analysis.close()
    return FINE if all(played) else REFUSED


def _load_models(options: PlayOptions) -> Analysis | None:
    if not options.detect.models:
        return None
    from player.cli.detecting import load_models

    return load_models(options.detect, now=time.monotonic, remember=not options.no_config)


def _play_one(
    player: Player, path: str, options: PlayOptions, wakeup: threading.Event, analysis: Analysis | None
) -> bool:
    """False when it cannot be played; the reason goes to standard error."""
    player.open(path, replace(options.open, index=False))  # nobody asks for numbers
    while True:
        wakeup.clear()  # before looking, so that what happens meanwhile ends the wait below
        look = player.refresh()
        if analysis is not None and look.changed and look.picture is not None:
            analysis.shown(look.picture, resting=False)
        for event in player.take_events():
            _LOG.debug("%r", event)
            match event:
                case EndReached():
                    return True
                case SubtitlesRefused(error=error):
                    say(str(error))
                case OpenFailed(error) | Failed(error):
                    say(str(error))
                    return False
                case Warned(text):
                    say(text)
                case _:
                    pass
        wakeup.wait(look.wait_s)
