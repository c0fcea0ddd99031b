"""Where settings live, and that nothing is read or written there when the user says so."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.cli.options import PlayOptions


def home_folder() -> Path:
    """The folder for settings: `OVERPLAY_HOME`, or the platform's own. It need not exist yet."""
    named = os.environ.get("OVERPLAY_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "Overplay"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Overplay"
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if os.path.isabs(config) else Path.home() / ".config") / "overplay"


def settings_path(options: PlayOptions) -> Path | None:
    """The settings file; None with --no-config: then nothing is remembered."""
    return None if options.no_config else home_folder() / "settings.ini"


def cache_folder(options: PlayOptions) -> Path | None:
    """The folder for what can be found out again; None with --no-config. It need not exist yet."""
    return None if options.no_config else cache_home()


def cache_home() -> Path:
    """The folder for what can be found out again. It need not exist yet."""
    if os.environ.get("OVERPLAY_HOME"):
        return home_folder() / "cache"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Overplay" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "Overplay"
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if os.path.isabs(cache) else Path.home() / ".cache") / "overplay"


def data_home() -> Path:
    """The folder for what was fetched or agreed to: models, their registry. It need not exist yet."""
    if os.environ.get("OVERPLAY_HOME"):
        return home_folder() / "data"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Overplay" / "Data"
    if sys.platform == "darwin":
        return home_folder() / "Data"
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share") / "overplay"
