"""The training over the IPC: how far it is, and its end.

It is begun by a person, or by `overplay train`: there is no command here that starts a process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from player.ipc.errors import FAILED, IpcError
from player.ipc.properties import Property

if TYPE_CHECKING:
    from player.ipc.host import Host


class TrainingState(Protocol):
    """What the window can do of this."""

    def state(self) -> dict[str, object]:
        """`running`, and where there is or was one `state run name epoch epochs step steps loss left_s problem`.

        What is not known of it is null.
        """

    def stop(self) -> bool:
        """After the step under way, with a checkpoint. False when nothing is under way."""


def properties() -> dict[str, Property]:
    return {"overplay/training": Property(lambda host: host.training.state())}


def stop(host: Host) -> None:
    if not host.training.stop():
        raise IpcError(FAILED)
