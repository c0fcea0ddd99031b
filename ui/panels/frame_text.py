"""What the Frame panel says, row by row. Pure: facts in, plain words out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from player.errors import plain
from player.timebase import format_time

if TYPE_CHECKING:
    from player.media.frame_facts import Facts

NOTHING = "–"
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("Frame", "Type", "From key frame", "Timecode")),
    ("Time", ("Timestamp", "Time", "Duration", "Time base")),
    ("Picture", ("Coded size", "Shown size", "Pixel format", "Scan", "State")),
    ("Colour", ("Matrix", "Range", "Primaries", "Transfer", "Siting")),
    ("In the file", ("Packet size", "Position", "Side data")),
)
"""The rows in their order, under a heading each."""
TYPES = {"I": "I  intra", "P": "P  predicted", "B": "B  both ways", "?": "not told"}


def rows(facts: Facts) -> dict[str, str]:
    """Every row's value by its name."""
    size = f"{facts['width']} × {facts['height']}"
    base = facts["time_base"]
    return {
        "Frame": _number(facts),
        "Type": TYPES.get(facts["type"], str(facts["type"])) + (", key frame" if facts["key"] else ""),
        "From key frame": _from_key(facts),
        "Timecode": _timecode(facts),
        "Timestamp": "none" if facts["pts"] is None else str(facts["pts"]),
        "Time": NOTHING if facts["time_s"] is None else _time(facts["time_s"]),
        "Duration": f"{facts['duration_s'] * 1000:.3f} ms" if facts["duration_s"] else "not told",
        "Time base": f"{base} s",
        "Coded size": size,
        "Shown size": _shown(facts),
        "Pixel format": plain(facts["pixel_format"]),
        "Scan": _scan(facts),
        "State": "damaged: the decoder repaired it" if facts["corrupt"] else "whole",
        **{name: _color(facts, name.lower()) for name in ("Matrix", "Range", "Primaries", "Transfer", "Siting")},
        **_in_the_file(facts),
    }


def as_text(facts: Facts, title: str) -> str:
    """All rows as lines for the clipboard."""
    said = rows(facts)
    width = max(len(name) for name in said)
    lines = [f"{name:<{width}}  {said[name]}" for _heading, names in SECTIONS for name in names]
    return "\n".join([title, *lines]) + "\n"


def as_json(facts: Facts) -> str:
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def grouped(number: int) -> str:
    """`1 234 567`, with spaces that do not break."""
    return f"{number:,}".replace(",", "\u202f")


def _number(facts: Facts) -> str:
    index, count = facts["index"], facts["count"]
    if index is None:
        return "not known yet"
    of = "" if count is None else f" of {count}"
    return f"{index}{of}" + ("" if facts["final"] else "  (provisional)")


def _from_key(facts: Facts) -> str:
    if facts["from_key"] is None:
        return "0" if facts["key"] else NOTHING
    return f"{facts['from_key']}" if facts["from_key"] == 0 else f"{facts['from_key']}, which is {facts['key_index']}"


def _timecode(facts: Facts) -> str:
    if facts["timecode"] is None:
        return NOTHING if facts["timecode_from"] is None else f"not known yet ({facts['timecode_from']})"
    return f"{plain(facts['timecode'])}  ({facts['timecode_from']})"


def _time(time_s: float) -> str:
    """`83.416667 s  (1:23.417)`."""
    return f"{time_s:.6f} s".replace("-", "−") + (
        f"  ({format_time(time_s, milliseconds=True)})" if time_s >= 60 else ""
    )


def _shown(facts: Facts) -> str:
    parts = [f"{facts['display_width']} × {facts['display_height']}"]
    if facts["sample_aspect"] != "1/1":
        parts.append(f"pixels {facts['sample_aspect'].replace('/', ':')}")
    if facts["mirrored"]:
        parts.append("mirrored")
    if facts["turns_cw"]:
        parts.append(f"turned {facts['turns_cw'] * 90}°")
    return ", ".join(parts)


def _scan(facts: Facts) -> str:
    if not facts["interlaced"]:
        return "progressive"
    first = facts["top_field_first"]
    return "interlaced" + ("" if first is None else ", top field first" if first else ", bottom field first")


def _color(facts: Facts, name: str) -> str:
    tag = facts["color"].get(name)
    if tag is None:
        return NOTHING
    return tag["from"] if tag["value"] is None else f"{tag['value']}  ({tag['from']})"


def _in_the_file(facts: Facts) -> dict[str, str]:
    packet, side_data = facts["packet"], facts["side_data"]
    if side_data is None:
        return {"Packet size": NOTHING, "Position": NOTHING, "Side data": NOTHING}
    where = None if packet is None else packet["position"]
    return {
        "Packet size": "unknown" if packet is None else f"{grouped(packet['size_bytes'])} bytes",
        "Position": "unknown" if where is None else f"byte {grouped(where)}",
        "Side data": ", ".join(name.replace("_", " ").lower() for name in side_data) or "none",
    }
