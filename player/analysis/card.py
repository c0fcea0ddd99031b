"""What must be known of a model besides its weights: what goes in, what comes out, what the classes are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Task = Literal["detect", "classify", "faces", "superres"]
Fit = Literal["letterbox", "stretch", "crop"]
Place = Literal["centre", "top-left"]
Order = Literal["rgb", "bgr", "gray"]


@dataclass(frozen=True, slots=True)
class InputSpec:
    """How a picture becomes the network's input: (value from 0 to 255 * scale - mean) / std, channel by channel."""

    width: int | None = None
    """In pixels; None where the network takes any size (of `multiple`)."""
    height: int | None = None
    fit: Fit = "stretch"
    """A letterbox keeps the picture's shape and fills the rest; stretched, the picture fills the input; a crop is what
    the input's shape can hold of the picture's middle."""
    place: Place = "centre"
    """Where the picture lies in its letterbox."""
    fill: float = 0.0
    """The letterbox's value in every channel, 0 to 255."""
    order: Order = "rgb"
    """gray is one channel, weighed as televisions did (BT.601)."""
    scale: float = 1.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """In the order of the channels; a gray picture has only the first."""
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    multiple: int = 1
    """Width and height are divisible by this."""
    name: str | None = None
    """The input's name in the file; None for the only one."""
    crop: float = 1.0
    """How much of its middle a crop shows, each way: 224 / 256 where 224 are cut out of a shorter side made 256."""

    @property
    def channels(self) -> int:
        return 1 if self.order == "gray" else 3


@dataclass(frozen=True, slots=True)
class ModelCard:
    name: str
    task: Task
    input: InputSpec
    decoder: str
    """The name of what makes boxes of the outputs; see player.analysis.decoders."""
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """The decoder's."""
    labels: tuple[str, ...] = ()
    conf: float = 0.25
    """A sensible confidence for viewing."""
    iou: float = 0.45
    licence: str = ""
    source: str = ""
    sha256: str = ""
    """The model file's; empty where the card names none."""
    guessed: tuple[str, ...] = ()
    """The keys that nobody stated, told from the model's shapes."""
