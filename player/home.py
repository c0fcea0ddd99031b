"""The folders that are the product's own: settings, what can be found out again, what the user fetched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TRUST_REGISTRY = "trusted_models.txt"
"""In `data_home()`: which models that are programs may run."""
DEFAULT_MODEL = "text"
"""The name of the one, in the box, that is opened for who asks for detections and has never picked a model."""


def home_folder() -> Path:
    """The folder for settings: `OVERPLAY_HOME`, or the platform's own. It need not exist yet."""
    named = os.environ.get("OVERPLAY_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "Overplay"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Overplay"
    return _xdg("XDG_CONFIG_HOME", ".config")


def cache_home() -> Path:
    """The folder for what can be found out again. It need not exist yet."""
    if os.environ.get("OVERPLAY_HOME"):
        return home_folder() / "cache"
    if sys.platform == "win32":
        return _local_windows() / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "Overplay"
    return _xdg("XDG_CACHE_HOME", ".cache")


def data_home() -> Path:
    """The folder for what was fetched or agreed to: models, their registry. It need not exist yet."""
    if os.environ.get("OVERPLAY_HOME"):
        return home_folder() / "data"
    if sys.platform == "win32":
        return _local_windows() / "Data"
    if sys.platform == "darwin":
        return home_folder() / "Data"
    return _xdg("XDG_DATA_HOME", ".local/share")


def models_folder() -> Path:
    """The folder for models that were fetched, and for any other that is to be known by its name."""
    return data_home() / "models"


def _local_windows() -> Path:
    return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Overplay"


def _xdg(variable: str, usual: str) -> Path:
    """A relative path in the variable is to be ignored, says the standard."""
    named = os.environ.get(variable, "")
    return (Path(named) if os.path.isabs(named) else Path.home() / usual) / "overplay"
