"""Reading a container's packets in a row, whatever state it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import av

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream


MAX_ERRORS = 50
"""So many refusals in a row mean that nothing more will come."""


def read_packets(
    container: InputContainer,
    streams: Sequence[Stream],
    on_stop: Callable[[str], None] = lambda _reason: None,
) -> Iterator[av.Packet[Any]]:
    """The packets of `streams` that hold data, to the end of the file.

    Raises nothing: damage costs the packets it hits, and a file that cannot be read further ends there; `on_stop` is
    told why.
    """
    packets = container.demux(*streams)
    errors = 0
    while errors < MAX_ERRORS:
        try:
            packet = next(packets, None)
        except av.InvalidDataError:
            errors += 1
            packets = container.demux(*streams)  # the generator ended with the error; the container goes on
            continue
        except av.FFmpegError as error:
            on_stop(error.strerror or str(error))
            return
        except IndexError:
            return  # a stream that appears in mid-file is unknown to PyAV 18.1, which trips over it at the end
        if packet is None:
            return
        errors = 0
        if packet.size > 0:  # an empty one would tell the decoder to drain
            yield packet
