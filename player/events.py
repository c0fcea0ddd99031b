"""What the player tells its owner. Taken with `Player.take_events`, oldest first."""

from __future__ import annotations

from player.errors import PlayerError
from player.quick_dataclass import dataclass
from player.records import Cue, MediaInfo, Track


@dataclass(frozen=True, slots=True)
class Opened:
    """A file is open and its decoders run."""

    info: MediaInfo


@dataclass(frozen=True, slots=True)
class OpenFailed:
    """The file cannot be played; `str(error)` is the sentence to show."""

    error: PlayerError


@dataclass(frozen=True, slots=True)
class FirstPicture:
    """The first picture after a load or a seek was handed to the screen."""

    serial: int


@dataclass(frozen=True, slots=True)
class TracksChanged:
    """Another stream of some kind is playing now; the snapshot tells which."""


@dataclass(frozen=True, slots=True)
class EndReached:
    """Everything was shown and heard."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know; playback goes on."""

    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Playback of this file cannot go on."""

    error: PlayerError


@dataclass(frozen=True, slots=True)
class SubtitlesRead:
    """A subtitle file was added as a track; `ticket` is what `Player.add_subtitles` gave for it."""

    ticket: int
    track: Track
    cues: tuple[Cue, ...]
    select: bool


@dataclass(frozen=True, slots=True)
class SubtitlesRefused:
    """It could not be."""

    ticket: int
    error: PlayerError


Event = (
    Opened | OpenFailed | FirstPicture | TracksChanged | EndReached | Warned | Failed | SubtitlesRead | SubtitlesRefused
)
