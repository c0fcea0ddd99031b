"""What the long session's judge lets pass, and what not."""

from __future__ import annotations

import pytest

from tests.bench.soak_verdict import Finding, Record, Sample, Stretch, judge, table

STEADY = Sample(0.0, True, ("main", "demux"), 20, 200.0, 180.0, 0, 0.4, 1.0)


def record(**last: object) -> Record:
    """A calm sample every ten seconds for half an hour; `last` is what each minute adds to a value."""
    made = Record(30.0, stretches=[Stretch(100.0, 90.0, 3.0)])
    for second in range(0, 1800, 10):
        values = {name: getattr(STEADY, name) for name in Sample.__dataclass_fields__} | {"at_s": float(second)}
        for name, slope in last.items():
            assert isinstance(slope, float)
            values[name] = values[name] + slope * second / 60.0
        made.samples.append(Sample(**values))
    return made


def bad(made: Record) -> list[Finding]:
    return [finding for finding in judge(made, warm_up_s=120.0) if not finding.good]


def test_a_steady_session_passes() -> None:
    made = record()
    assert bad(made) == []
    assert table(made).count("\n") == 31


@pytest.mark.parametrize(
    ("name", "a_minute", "what"),
    [
        ("handles", 0.1, "growth of handles"),
        ("rss_mb", 1.0, "growth of memory (RSS), MB"),
        ("pss_mb", 1.0, "growth of memory (PSS), MB"),
        ("av_diff_ms", 1.1, "its drift"),
    ],
)
def test_what_grows_fails(name: str, a_minute: float, what: str) -> None:
    assert [finding.what for finding in bad(record(**{name: a_minute}))] == [what]


def test_a_thread_more_is_named() -> None:
    made = record()
    made.samples = [
        Sample(**{**{n: getattr(s, n) for n in Sample.__dataclass_fields__}, "threads": (*s.threads, "left-over")})
        if s.at_s > 900.0
        else s
        for s in made.samples
    ]
    (finding,) = bad(made)
    assert finding.text == "2.0 in the first fifth, 3.0 in the last (left-over more)"


def test_trouble_complaints_and_a_clock_that_runs_away_fail() -> None:
    made = record()
    made.troubles.append("at 10 s: not within 15 s: sound is back")
    made.complaints = "Traceback\n"
    made.stretches += [Stretch(500.0, 90.0, -40.0), Stretch(600.0, 90.0, -40.0, load=2.0)]
    assert [finding.what for finding in bad(made)] == ["no crash, no error", "media against wall clock at 500 s"]


def test_a_constant_offset_and_too_few_samples_fail() -> None:
    made = record()
    made.samples = [
        Sample(**{**{n: getattr(s, n) for n in Sample.__dataclass_fields__}, "av_diff_ms": 25.0}) for s in made.samples
    ]
    assert [finding.what for finding in bad(made)] == ["sound minus picture"]
    made.samples = made.samples[:3]
    assert "length" in [finding.what for finding in bad(made)]
