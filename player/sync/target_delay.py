"""How long a picture stays on screen: the pure arithmetic of ENGINE A8. All times in real seconds."""

from __future__ import annotations

SYNC_MIN = 0.04
SYNC_MAX = 0.1
SLOW_FRAME = 0.1
"""A picture longer than this gets one exact correction instead of being doubled."""
RESYNC = 0.1
"""Further behind its timer than this, playback starts counting afresh."""
NO_SYNC = 10.0
"""Clocks further apart than this are not the same time line."""
NUDGE_SHARE = 0.05
NUDGE_MAX = 0.002
"""No picture is moved by more than nobody can see."""
MAX_DURATION = 3600.0
MAX_DURATION_JUMPING = 10.0
"""The longest believable gap between two pictures; less where the container's timestamps jump."""


def nominal_duration(
    shown_s: float | None, next_s: float | None, own_duration: float, max_duration: float, *, same_serial: bool = True
) -> float:
    """How long the shown picture lasts: the gap to the next one, or its own duration where that gap is no gap."""
    if not same_serial:
        return 0.0
    if shown_s is None or next_s is None:
        return own_duration
    gap = next_s - shown_s
    return gap if 0.0 < gap <= max_duration else own_duration


def compute_target_delay(duration: float, drift: float | None, max_duration: float) -> float:
    """How long to hold a picture. `drift` is video minus master clock; None when either is unknown."""
    if drift is None or abs(drift) >= max_duration:
        return duration  # a jump, not a lag: leave it
    tolerance = min(max(duration, SYNC_MIN), SYNC_MAX)
    if drift <= -tolerance:
        return max(0.0, duration + drift)  # late: catch up
    if drift >= tolerance:  # early: linger
        return duration + (drift if duration > SLOW_FRAME else duration)
    return duration


def nudge(drift: float | None) -> float:
    """What to add to a delay for a drift that `compute_target_delay` tolerates, so that it dies away.

    ffplay leaves anything under 40 ms as it is for ever, and lets a sound card's clock run away until
    one picture is held or cut short; here a twentieth of it is taken back with every picture.
    """
    if drift is None or abs(drift) >= SYNC_MAX:
        return 0.0
    return min(NUDGE_MAX, max(-NUDGE_MAX, drift * NUDGE_SHARE))


def is_late(now: float, frame_timer: float, duration: float) -> bool:
    """Whether the time of a picture that begins at `frame_timer` has passed before it was shown."""
    return now > frame_timer + duration
