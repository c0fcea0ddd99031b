"""What the window remembers between runs: read in one go at the start, written whole at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from player.quick_dataclass import dataclass
from ui.theme import APPEARANCES, Appearance

if TYPE_CHECKING:
    from pathlib import Path

MAX_RECENT = 10
MAX_VOLUME = 130.0
MAX_DELAYS = 20
MAX_MODELS = 20


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Values as the user left them."""

    volume: float = 100.0
    """0 to 130; 100 is the file's own loudness."""
    muted: bool = False
    device: str = ""
    """What the sound is played on; '' is the system's default."""
    delays: tuple[tuple[str, float], ...] = ()
    """Devices and by how many seconds their sound is to be later."""
    appearance: Appearance = "system"
    width: int = 0
    """Of the window with nothing open, in logical pixels; 0: not known yet."""
    height: int = 0
    recent: tuple[str, ...] = ()
    """Absolute paths, latest first."""
    docks: tuple[str, ...] = ()
    """Names of the open ones."""
    dock_layout: str = ""
    """Where all of them are: Qt's bytes in base64."""
    scopes: str = ""
    """Names of the scopes that are shown in their panel."""
    raw_choice: str = ""
    """What raw pictures were last said to be (`ui.raw_dialog.write_choice`)."""
    still_folder: str = ""
    """Where the last picture was saved."""

    models: tuple[str, ...] = ()
    """Paths of models that were picked by hand, latest first."""
    model_choices: tuple[tuple[str, str], ...] = ()
    """Models, by the start of their sha256, and what is shown of their boxes (`ui.detections.keeping`)."""
    stale_boxes: str = "dim"
    """How boxes of an earlier picture are drawn."""

    training: str = ""
    """What was trained last, and runs outside their usual folder (`ui.training_seat`)."""

    def with_recent(self, path: str) -> WindowSettings:
        """`path` at the head of the recent files."""
        others = tuple(known for known in self.recent if known != path)
        return replace(self, recent=(path, *others)[:MAX_RECENT])


def _number(text: object, low: float, high: float, fallback: float) -> float:
    try:
        value = float(str(text))
    except ValueError:
        return fallback
    return value if low <= value <= high else fallback  # not a number fails the comparison too


def load(file: Path | None) -> WindowSettings:
    """The settings in `file`; the defaults for what it lacks or garbles, and for everything when there is no file."""
    if file is None or not file.is_file():
        return WindowSettings()
    store = QSettings(str(file), QSettings.Format.IniFormat)
    appearance = str(store.value("window/appearance", "system"))
    paths = [str(store.value(f"recent/file{place}", "")) for place in range(1, MAX_RECENT + 1)]
    return WindowSettings(
        volume=_number(store.value("sound/volume"), 0.0, MAX_VOLUME, 100.0),
        muted=str(store.value("sound/muted", "false")) == "true",
        device=str(store.value("sound/device", "")),
        delays=_delays(store),
        appearance=next((known for known in APPEARANCES if known == appearance), "system"),
        width=int(_number(store.value("window/width"), 0, 20_000, 0)),
        height=int(_number(store.value("window/height"), 0, 20_000, 0)),
        recent=tuple(path for path in paths if path),
        docks=tuple(str(store.value("window/docks", "")).split()),
        dock_layout=str(store.value("window/dock-layout", "")),
        scopes=str(store.value("window/scopes", "")),
        raw_choice=str(store.value("files/raw", "")),
        still_folder=str(store.value("files/stills", "")),
        models=tuple(path for path in (str(store.value(f"models/file{place}", "")) for place in _places()) if path),
        model_choices=_model_choices(store),
        stale_boxes=str(store.value("models/stale", "dim")),
        training=str(store.value("models/training", "")),
    )


def _places() -> range:
    return range(1, MAX_MODELS + 1)


def _model_choices(store: QSettings) -> tuple[tuple[str, str], ...]:
    found = (
        (str(store.value(f"models/turned{place}-model", "")), str(store.value(f"models/turned{place}", "")))
        for place in _places()
    )
    return tuple((model, choice) for model, choice in found if model and choice)


def _delays(store: QSettings) -> tuple[tuple[str, float], ...]:
    found = (
        (str(store.value(f"sound/delay{place}-device", "")), _number(store.value(f"sound/delay{place}"), -10, 10, 0.0))
        for place in range(1, MAX_DELAYS + 1)
    )
    return tuple((device, delay_s) for device, delay_s in found if device and delay_s)


def save(file: Path | None, settings: WindowSettings) -> bool:
    """Write `settings` to `file` as a whole; False when it cannot be written. None as the file keeps nothing."""
    if file is None:
        return True
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    store = QSettings(str(file), QSettings.Format.IniFormat)
    store.clear()
    store.setValue("sound/volume", settings.volume)
    store.setValue("sound/muted", "true" if settings.muted else "false")
    store.setValue("sound/device", settings.device)
    for place, (device, delay_s) in enumerate(settings.delays[:MAX_DELAYS], start=1):
        store.setValue(f"sound/delay{place}-device", device)
        store.setValue(f"sound/delay{place}", delay_s)
    store.setValue("window/appearance", settings.appearance)
    store.setValue("window/width", settings.width)
    store.setValue("window/height", settings.height)
    store.setValue("window/docks", " ".join(settings.docks))
    store.setValue("window/dock-layout", settings.dock_layout)
    store.setValue("window/scopes", settings.scopes)
    store.setValue("files/raw", settings.raw_choice)
    store.setValue("files/stills", settings.still_folder)
    store.setValue("models/stale", settings.stale_boxes)
    store.setValue("models/training", settings.training)
    for place, path in enumerate(settings.models[:MAX_MODELS], start=1):
        store.setValue(f"models/file{place}", path)
    for place, (model, choice) in enumerate(settings.model_choices[:MAX_MODELS], start=1):
        store.setValue(f"models/turned{place}-model", model)
        store.setValue(f"models/turned{place}", choice)
    for place, path in enumerate(settings.recent, start=1):
        store.setValue(f"recent/file{place}", path)
    store.sync()
    return store.status() is QSettings.Status.NoError
