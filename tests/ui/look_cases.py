"""The looks at which both views must agree, on pictures of every kind."""

from __future__ import annotations

from dataclasses import dataclass, replace

from player.media.color import Matrix, Primaries, Range, Transfer
from player.media.look import CHANNELS, PLAIN, ColorOverride, Look
from player.records import Orientation, Picture
from tests.helpers.patches import patch_picture
from tests.ui.video_frames import Case, make_picture
from ui.video.geometry import FIT, Viewport

_PLAIN_CASE = Case("", "yuv420p")


@dataclass(frozen=True, slots=True)
class LookCase:
    """One picture, looked at in one way, perhaps against another."""

    name: str
    look: Look
    case: Case = _PLAIN_CASE
    patches: tuple[int, bool, int, str, int] | None = None
    """Arguments of `patch_picture` instead of a case: matrix, full, bits, sampling, transfer."""
    reference: Case | None = None
    viewport: Viewport = FIT
    tolerance: float = 3.0
    """Of 255, for all but a few pixels in a thousand."""

    def picture(self) -> Picture:
        if self.patches is None:
            return make_picture(self.case)
        colorspace, full, bits, sampling, trc = self.patches
        return patch_picture(colorspace, full, bits, sampling, trc=trc)

    @property
    def size(self) -> tuple[int, int]:
        return self.case.view if self.patches is None else self.picture().coded_size


def exact_cases() -> list[LookCase]:
    """Every matrix, range, depth and subsampling, plain."""
    return [
        LookCase(f"exact-{colorspace}-{full}-{bits}-{sampling}", PLAIN, patches=(colorspace, full, bits, sampling, 2))
        for colorspace in (5, 1, 9)
        for full in (False, True)
        for bits in (8, 10)
        for sampling in ("420", "422", "444")
    ]


def look_cases() -> list[LookCase]:
    kinds = [
        Case("8", "yuv420p"), Case("10", "yuv422p10le"), Case("full", "yuvj420p", full=True), Case("rgb", "rgb24"),
        Case("alpha", "yuva444p"), Case("gray", "gray", full=True), Case("y210", "y210le"),
    ]  # fmt: skip
    found = [
        LookCase(f"{kind.name}-{channel}", Look(channel=channel), kind)
        for kind in kinds[:5]
        for channel in CHANNELS[1:]
    ]
    found += [LookCase(f"{kind.name}-y", Look(channel="y"), kind) for kind in kinds[5:]]
    found += [LookCase(f"{kind.name}-false-color", Look(false_color=True), kind, tolerance=4) for kind in kinds[:4]]
    small = replace(kinds[0], size=(400, 300), view=(150, 100))
    turned = replace(kinds[0], orientation=Orientation(True, 1), view=(150, 170))
    other = replace(kinds[0], orientation=Orientation(True))
    bt601 = ColorOverride(Matrix.BT601, Range.FULL)
    said = ColorOverride(primaries=Primaries.BT2020)
    found += [
        LookCase("small-cb", Look(channel="cb"), small),
        LookCase("turned-r", Look(channel="r"), turned),
        LookCase("top", Look(field="top"), kinds[1]),
        LookCase("bottom", Look(field="bottom", channel="cr"), kinds[0]),
        LookCase("override", Look(override=bt601), kinds[0]),
        LookCase("primaries", Look(override=said), kinds[1]),
        LookCase("as-pq", Look(override=ColorOverride(transfer=Transfer.PQ)), kinds[1]),
        LookCase("as-hlg", Look(override=ColorOverride(transfer=Transfer.HLG)), kinds[2]),
        LookCase("alpha-hlg", Look(override=ColorOverride(transfer=Transfer.HLG)), kinds[4]),
        LookCase("pq", PLAIN, patches=(9, False, 10, "444", 16)),
        LookCase("hlg", PLAIN, patches=(9, False, 10, "444", 18)),
        LookCase("hlg-as-it-is", Look(tone_map=False), patches=(9, False, 10, "444", 18)),
        LookCase("zebra", Look(zebra=True), patches=(1, False, 8, "444", 2)),
        LookCase("zebra-10", Look(zebra=True), patches=(1, False, 10, "444", 2)),
        LookCase("zebra-false", Look(zebra=True, false_color=True), patches=(1, False, 8, "444", 2), tolerance=4),
        LookCase("zebra-gone", Look(zebra=True), case=kinds[3]),
        LookCase("difference", Look(against="difference"), kinds[0], reference=other),
        LookCase("difference-4", Look(against="difference", gain=4), kinds[0], reference=other, tolerance=13),
        LookCase("difference-y", Look(against="difference", channel="y"), kinds[0], reference=small),
        LookCase("split", Look(against="split", split=0.3), kinds[0], reference=other),
        LookCase("split-kinds", Look(against="split", split=0.7), kinds[1], reference=kinds[3]),
        LookCase("split-turned", Look(against="split", split=0.4), turned, reference=turned),
        LookCase("split-turns", Look(against="split"), kinds[0], reference=replace(turned, view=(192, 128))),
        LookCase("flicker-off", Look(against="flicker"), kinds[0], reference=other),
        LookCase("flicker-on", Look(against="flicker", flicker_on=True), kinds[0], reference=other),
        LookCase("no-reference", Look(against="difference"), kinds[0]),
    ]
    close_up = Viewport(zoom=4.0)
    found += [
        LookCase("close-up-y", Look(channel="y"), kinds[0], viewport=close_up),
        LookCase("close-up-split", Look(against="split", split=0.45), kinds[0], reference=other, viewport=close_up),
        LookCase("close-up-hlg", PLAIN, patches=(9, False, 10, "444", 18), viewport=close_up),
    ]
    return found
