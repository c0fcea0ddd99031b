"""What can go wrong, as types a caller can act on. Every message is one sentence for a person."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """`text` on one line without control or format characters: safe in a terminal and a label."""
    kept = (" " if ch in "\r\n\t" else ch for ch in text)
    return "".join(ch for ch in kept if unicodedata.category(ch) not in {"Cc", "Cf", "Cs"})


class PlayerError(Exception):
    """Base of all errors this product raises on purpose."""


class OpenError(PlayerError):
    """A file cannot be opened or has nothing to play. `str()` is one plain sentence that names it."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(plain(f"Cannot open {path}: {reason}."))


class RawFormatNeededError(OpenError):
    """Raw pictures whose size neither the options nor the file's name tell. Somebody can be asked."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "its name does not tell the size of its pictures; --size WxH does, with --pix-fmt")


class UsageError(PlayerError):
    """Options that contradict each other or name what is not there."""


class StreamError(PlayerError):
    """A stream that was asked for does not exist or cannot be decoded."""


class SeekError(PlayerError):
    """The container refused to seek."""


class AudioDeviceError(PlayerError):
    """The audio device could not be opened or went away."""


class ModelError(PlayerError):
    """A model cannot be used: one sentence that names the missing key, the refused operator or the pickle."""

    def __init__(self, sentence: str) -> None:
        super().__init__(plain(sentence))


class UntrustedModelError(ModelError):
    """A model file is a program that nobody has agreed to yet. Somebody can be asked."""

    def __init__(self, name: str, sha256: str) -> None:
        self.name = name
        self.sha256 = sha256
        super().__init__(
            f"Cannot open {name}: it is a program, which could do anything on this computer; "
            f"--trust-model opens it if you know where it is from (sha256 {sha256})."
        )


class OutOfDeviceMemoryError(ModelError):
    """The device has too little memory for this batch. A smaller one may fit."""

    def __init__(self, name: str, device: str) -> None:
        super().__init__(f"{name} ran out of memory on {device}.")


class TrainingError(PlayerError):
    """A training cannot begin or go on: one sentence that says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(plain(sentence))


class RecipeError(TrainingError):
    """A recipe says something that cannot be: the sentence names the key and what it has to be."""


class DataError(TrainingError):
    """The data cannot be trained on: a class that is missing, an unreadable picture, an empty split."""


class ThreadStuckError(PlayerError):
    """A thread did not end before its deadline. `name` is the thread's."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Thread {name} did not stop in time.")
