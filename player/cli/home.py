"""Where settings live, and that nothing is read or written there when the user says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from player.home import cache_home, home_folder

if TYPE_CHECKING:
    from player.cli.options import PlayOptions


def settings_path(options: PlayOptions) -> Path | None:
    """The settings file; None with --no-config: then nothing is remembered."""
    return None if options.no_config else home_folder() / "settings.ini"


def cache_folder(options: PlayOptions) -> Path | None:
    """The folder for what can be found out again; None with --no-config. It need not exist yet."""
    return None if options.no_config else cache_home()
