"""How a picture's values become what is on screen: which of them, in which colours, against what. Pure records."""

from __future__ import annotations

from dataclasses import fields, replace
from enum import Enum
from typing import Any, Literal, get_args

from player.media.color import Color, Matrix, Primaries, Range, Transfer
from player.quick_dataclass import dataclass

Channel = Literal["all", "y", "cb", "cr", "r", "g", "b", "alpha"]
Field = Literal["both", "top", "bottom"]
Against = Literal["none", "difference", "split", "flicker"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
FIELDS: tuple[Field, ...] = get_args(Field)
MAX_GAIN = 256.0


@dataclass(frozen=True, slots=True)
class ColorOverride:
    """What a person says the values mean, against the file's tags; None leaves the tag (or the guess)."""

    matrix: Matrix | None = None
    range: Range | None = None
    primaries: Primaries | None = None
    """Only an override converts colours: see `player.media.tone`."""
    transfer: Transfer | None = None


AS_TAGGED = ColorOverride()


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking at pictures. What it does comes in this order: field, channel or colours, against, marks."""

    channel: Channel = "all"
    """Y' Cb Cr show their code values, 0 at black to the largest at white; R' G' B' and alpha what they are of 255."""
    false_color: bool = False
    """The luma as a ramp of colours, from the nominal black to the nominal white; beyond them black and white."""
    zebra: bool = False
    """Stripes where the luma is at or beyond a nominal limit (R'G'B': where all three are, or one is at the top)."""
    field: Field = "both"
    """One field of interlaced pictures, each of its lines twice."""
    against: Against = "none"
    """How the reference picture takes part; nothing happens while there is none."""
    split: float = 0.5
    """0 to 1 across the whole upright picture: the reference is right of it."""
    gain: float = 1.0
    """Of the difference: mid grey + gain * (picture - reference), in levels of 255."""
    flicker_on: bool = False
    """True while the reference is shown in the picture's place."""
    override: ColorOverride = AS_TAGGED
    tone_map: bool = True
    """Whether HDR (PQ, HLG) is made into SDR; False shows its values as they are."""

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS or self.field not in FIELDS or self.against not in get_args(Against):
            raise ValueError("a look has no such channel, field or comparison")
        if not 0 <= self.split <= 1 or not 0 < self.gain <= MAX_GAIN:
            raise ValueError(f"split is 0 to 1, gain above 0 and up to {MAX_GAIN:.0f}")

    @property
    def marks(self) -> bool:
        """True where stripes or false colours hide the picture's own."""
        return self.zebra or self.false_color


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Mapping:
    """R'G'B' that `player.media.tone` makes into the screen's, and what it is."""

    transfer: Transfer
    primaries: Primaries


def mapping_of(color: Color, look: Look) -> Mapping | None:
    """What has to be done to R'G'B' of `color`; None where it is shown as it is."""
    if color.transfer is not Transfer.SDR:
        return Mapping(color.transfer, color.primaries) if look.tone_map else None
    if look.override.primaries is None or color.primaries is Primaries.BT709:
        return None
    return Mapping(Transfer.SDR, color.primaries)


def look_to_json(look: Look) -> dict[str, Any]:
    """For scripts: names as in `Look`, `override` as an object of names or null."""
    values: dict[str, Any] = {each.name: getattr(look, each.name) for each in fields(look)}
    values["override"] = {
        each.name: None if (value := getattr(look.override, each.name)) is None else value.value
        for each in fields(look.override)
    }
    return values


def changed_look(look: Look, changes: object) -> Look:
    """`look` with some of its values replaced, as `look_to_json` writes them. Raises ValueError with a sentence."""
    if not isinstance(changes, dict):
        raise ValueError("A look is an object.")
    values = dict(changes)
    override = values.pop("override", None)
    known = {each.name: getattr(PLAIN, each.name) for each in fields(Look) if each.name != "override"}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"A look has no {name!r}.")
        if not _is_like(value, known[name]):
            raise ValueError(f"{name} cannot be {value!r}.")
    if override is not None:
        values["override"] = _changed_override(look.override, override)
    try:
        return replace(look, **values)
    except ValueError as error:
        raise ValueError(f"{str(error)[0].upper()}{str(error)[1:]}.") from error


_OVERRIDES: dict[str, type[Enum]] = {"matrix": Matrix, "range": Range, "primaries": Primaries, "transfer": Transfer}


def _changed_override(override: ColorOverride, changes: object) -> ColorOverride:
    if not isinstance(changes, dict):
        raise ValueError("override is an object.")
    values: dict[str, Any] = {}
    for name, value in changes.items():
        kind = _OVERRIDES.get(name)
        if kind is None:
            raise ValueError(f"An override has no {name!r}.")
        try:
            values[name] = None if value is None else kind(value)
        except ValueError:
            names = ", ".join(str(each.value) for each in kind)
            raise ValueError(f"{name} cannot be {value!r}; it is null or one of {names}.") from None
    return replace(override, **values)


def _is_like(value: object, usual: object) -> bool:
    """True where `value` is of the kind of `usual`; whole numbers do for fractions, but true is no number."""
    if isinstance(usual, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(usual)
