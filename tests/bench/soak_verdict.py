"""What a long session's samples say: does anything grow, do sound and picture drift apart?"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

MAX_GROWTH_MB = 20.0
MAX_SLOPE_MS_PER_MIN = 1.0
MAX_MEAN_MS = 20.0
MAX_DRIFT_MS_PER_MIN = 20.0
"""Of the media against the wall clock. The sound device's clock leads: a sound card may be 100 in a million off, which
are 6 ms, and a virtual one loses some more when the machine is busy."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The process at one moment. `calm`: nothing had been asked for a while, and the same file played."""

    at_s: float
    calm: bool
    threads: tuple[str, ...]
    """Their names, sorted."""
    handles: int
    rss_mb: float
    pss_mb: float
    dropped: int
    """Since the file was opened, early and late."""
    late_p95_ms: float | None
    av_diff_ms: float | None
    """Sound minus picture; taken while it is calm."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Undisturbed playing: what the media gained on the wall clock."""

    at_s: float
    length_s: float
    gained_ms: float
    underruns: int = 0
    """Of the sound device meanwhile, as the player counts them."""
    load: float = 0.0
    """What the machine had to do meanwhile, by its cores: above 1 more than it can."""


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    text: str
    good: bool


@dataclass
class Record:
    """A whole session."""

    minutes: float
    samples: list[Sample] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    """How often each thing was done to the player."""
    troubles: list[str] = field(default_factory=list)
    """What went wrong on the way, with the time."""
    complaints: str = ""
    """What the player wrote to standard error."""


def judge(record: Record, warm_up_s: float) -> list[Finding]:
    calm = [sample for sample in record.samples if sample.calm]
    late = [sample for sample in calm if sample.at_s >= warm_up_s]
    fifth = len(late) // 5
    findings = [_troubles(record)]
    if fifth < 1:
        return [*findings, Finding("length", f"{len(late)} calm samples after the warm-up are too few", good=False)]
    first, last = late[:fifth], late[-fifth:]
    findings += [
        _growth("threads", [len(e.threads) for e in first], [len(e.threads) for e in last], 0, _more(first, last)),
        _growth("handles", [each.handles for each in first], [each.handles for each in last], 0, ""),
        _growth("memory (RSS), MB", [e.rss_mb for e in first], [e.rss_mb for e in last], MAX_GROWTH_MB, ""),
        _growth("memory (PSS), MB", [e.pss_mb for e in first], [e.pss_mb for e in last], MAX_GROWTH_MB, ""),
        *_sound([(each.at_s, each.av_diff_ms) for each in calm if each.av_diff_ms is not None]),
        *(_gain(stretch) for stretch in record.stretches),
    ]
    return findings


def _troubles(record: Record) -> Finding:
    troubles = [*record.troubles, *(f"standard error: {line}" for line in record.complaints.splitlines())]
    return Finding("no crash, no error", "; ".join(troubles[:10]) or "none", not troubles)


def _growth(what: str, first: Sequence[float], last: Sequence[float], most: float, note: str) -> Finding:
    before, after = statistics.median(first), statistics.median(last)
    text = f"{before:.1f} in the first fifth, {after:.1f} in the last{note}"
    return Finding(f"growth of {what}", text, after - before <= most)


def _more(first: list[Sample], last: list[Sample]) -> str:
    """The threads that are there at the end and were not at the beginning."""
    more = Counter(last[-1].threads) - Counter(first[0].threads)
    return f" ({', '.join(sorted(more.elements()))} more)" if more else ""


def _sound(points: list[tuple[float, float]]) -> list[Finding]:
    if len(points) < 3:
        return [Finding("sound minus picture", f"measured only {len(points)} times", good=False)]
    values = [value for _, value in points]
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    slope = statistics.linear_regression([at_s / 60.0 for at_s, _ in points], values).slope
    return [
        Finding("sound minus picture", f"mean {mean:+.2f} ms, spread {spread:.2f} ms", abs(mean) < MAX_MEAN_MS),
        Finding("its drift", f"{slope:+.3f} ms a minute", abs(slope) <= MAX_SLOPE_MS_PER_MIN),
    ]


def _gain(stretch: Stretch) -> Finding:
    a_minute = stretch.gained_ms / stretch.length_s * 60.0
    text = f"{stretch.gained_ms:+.1f} ms in {stretch.length_s:.0f} s, {stretch.underruns} underruns"
    if stretch.load > 1.0:  # then the sound server itself is late, and silence is heard in between
        return Finding("media against wall clock", f"{text}; not judged, load {stretch.load:.1f} a core", good=True)
    return Finding(f"media against wall clock at {stretch.at_s:.0f} s", text, abs(a_minute) <= MAX_DRIFT_MS_PER_MIN)


Column = Literal["at_s", "threads", "handles", "rss_mb", "pss_mb", "dropped", "late_p95_ms", "av_diff_ms"]
COLUMNS: tuple[Column, ...] = (
    "at_s", "threads", "handles", "rss_mb", "pss_mb", "dropped", "late_p95_ms", "av_diff_ms",
)  # fmt: skip


def table(record: Record, rows: int = 30) -> str:
    """About `rows` calm samples, evenly over the session."""
    calm = [sample for sample in record.samples if sample.calm]
    step = max(1, len(calm) // rows)
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    for sample in calm[::step]:
        values = [len(sample.threads) if name == "threads" else getattr(sample, name) for name in COLUMNS]
        cells = [
            "" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value) for value in values
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
