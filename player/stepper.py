"""From picture to picture: which one is on screen, and which one is headed for. Used by the owner's thread alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from player.numbering import Numbering, picture_at
from player.records import NOT_COUNTED
from player.run import Run
from player.sync.refresh import Refresh
from player.trailing import Trailing

if TYPE_CHECKING:
    from player.inspection import Inspection
    from player.media.frame_index import FrameIndex
    from player.pipeline import Pipeline
    from player.records import Picture

BEGIN_S = 0.3
"""So long after the first picture its number is asked for: the window has come up by then."""
WARM_S = 0.05
"""A pause that lasts so long is for looking: the pictures around are decoded in advance."""
FOLLOW_S = 1.5
"""After so long at one picture the pipeline is brought there too, so that play goes on at once."""
STEP_S = 0.014
"""Steps follow each other no faster than this: a script that asks for the next one at once would leave the reader no
time to decode ahead, and stop at every group of pictures instead."""
STUCK_S = 1.0
LEAST_WAIT_S = 1e-6
"""Less than this is a rounding of the clock, and no time to wait for."""

Wish = Callable[["FrameIndex"], "int | None"]
"""Finds the picture to go to in an index; None while that one does not know it."""


class Stepper:
    """Pictures come from the pipeline, in order and as they are decoded, or by number from the reader (`inspecting`).

    `seek(time_s, ordinal, quiet)` sends the pipeline to the picture of exactly that time; quiet, to be there when
    playing goes on. `go_back(count)` is the way back where numbers are not known: decode the group again. `warn` gets
    a sentence.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        now: Callable[[], float],
        *,
        seek: Callable[[float, int | None, bool], None],
        go_back: Callable[[int], None],
        warn: Callable[[str], None],
    ) -> None:
        self._pipeline = pipeline
        self._now = now
        self._seek = seek
        self._go_back = go_back
        self._warn = warn
        self._inspection: Inspection | None = None
        self._index: FrameIndex | None = None  # the one that numbers were last taken from
        self.numbering = Numbering()
        self.trailing = Trailing(pipeline)
        self.screen: Picture | None = None  # handed out last
        self.serial = 0  # of the track that is attended to: what its reader's pictures are given
        self.inspecting = False  # the reader's pictures are shown, not the pipeline's
        self._by_reader = False  # the picture on screen is the reader's
        self._target: int | None = None  # headed for, while inspecting
        self._wish: Wish | None = None  # headed for, while the index does not know it
        self._wish_direction = 0
        self._granted: Wish | None = None  # found the target, and finds it again in a newer index
        self._pressed = 0  # steps asked for while a seek was under way: they count from its picture
        self._backwards = 0  # steps back to be made without numbers
        self._run = Run(now)
        self._moved_at = 0.0
        self._stepped_at = 0.0  # when the last of the reader's pictures was shown
        self._opened_at = float("inf")  # when the first picture came on screen
        self._warm: Picture | None = None  # around which the reader was asked to read
        self._followed: Picture | None = None  # to which the pipeline was brought

    def attend(self, inspection: Inspection | None, numbering: Numbering) -> None:
        """Another track is looked at; None when there is no moving picture."""
        self.leave()
        self._inspection = inspection
        self._index = None
        self.numbering = numbering
        self.screen = None

    # What is asked.

    def step(self, count: int) -> None:
        if self._pipeline_is_coming():
            self._pressed += count
            return
        base = self._base()
        if count > 0 and not self._backwards and self._may_step_pipeline(base):
            self._pipeline.video.step(count)
        elif base is not None:
            self._head_for(self._clamped(base + count), -1 if count < 0 else 1)
        elif count < 0 or self._backwards:
            self._backwards = max(0, self._backwards - count)
        else:
            self._pipeline.video.step(count)

    def bring_pipeline(self) -> None:
        """Sends the pipeline to the picture on screen: playing goes on from there."""
        if self.screen is not None and self.screen.time_s is not None:
            self._seek(self.screen.time_s, self.screen.index, True)

    def step_beyond(self, count: int) -> None:
        """The pipeline's part of the file is over; the file may go on."""
        if self.screen is not None and self.screen.index is not None and self._reads():
            self._head_for(self._clamped(self.screen.index + count), 1)

    def show(self, ordinal: int) -> None:
        """Goes to a picture whose number is known."""
        self._stop()
        self._head_for(ordinal, 0)

    def head_for(self, find: Wish, direction: int = 0) -> None:
        """Goes to the picture that `find` finds, as soon as the index knows it."""
        self._stop()
        self._wish, self._wish_direction = find, direction
        self._grant(find)

    def run(self, direction: int) -> None:
        """Shows picture after picture at the native rate; 0 stops at the one on screen."""
        if direction == 0:
            if self._run.direction and self.inspecting and self._by_reader and self.screen is not None:
                self._target = self.screen.index
            self._run.stop()
            self._pipeline.video.cancel_steps()
        else:
            self._run.start(direction)

    def leave(self) -> None:
        """The pipeline's pictures again; the picture on screen stays until the first of them."""
        self._stop()
        self.inspecting = False

    def _stop(self) -> None:
        self._target = self._wish = self._granted = None
        self._pressed = self._backwards = 0
        self._run.stop()

    # What is.

    @property
    def heading(self) -> int | None:
        """The number of the picture that is headed for, or else is on screen."""
        if self._target is not None or self.screen is None:
            return self._target
        return self.screen.index

    @property
    def wishes(self) -> bool:
        """A picture is headed for that the index does not know yet."""
        return self._wish is not None

    @property
    def arriving(self) -> bool:
        """A picture is headed for and not on screen yet."""
        if self._wish is not None:
            return True
        return self._target is not None and not self._has_arrived()

    @property
    def is_stuck(self) -> bool:
        """The picture headed for is so long in coming that it may be the index that is missing."""
        return self.arriving and self._now() - self._moved_at > STUCK_S

    def must_seek_to_play(self) -> bool:
        """Whether the pipeline is elsewhere than the picture on screen."""
        if not self.inspecting or self.screen is None:
            return False
        shown = self._pipeline.video.on_screen
        if self._is_current(shown) and not self._pipeline.demuxer.seeking:
            return not _same(shown, self.screen)
        return self._followed is not self.screen  # else it is on its way there

    def cached(self, target_s: float) -> int | None:
        """The number of the picture that an exact seek shows, when it is decoded already."""
        index = self._reading_index()
        ordinal = None if index is None else picture_at(index, target_s)
        if ordinal is None or self._inspection is None or self._inspection.get(ordinal) is None:
            return None
        return ordinal

    def _reads(self) -> bool:
        return self._inspection is not None and self._inspection.reads

    def _reading_index(self) -> FrameIndex | None:
        return self._inspection.index if self._inspection is not None and self._inspection.reads else None

    def _has_arrived(self) -> bool:
        return self._by_reader and self.screen is not None and self.screen.index == self._target

    def _is_current(self, picture: Picture | None) -> bool:
        return picture is not None and picture.serial == self._pipeline.slots["video"].packets.serial

    def _pipeline_is_coming(self) -> bool:
        """A seek's picture is not there yet, and it is the one that will be shown."""
        if self.inspecting or self._wish is not None:
            return self._wish is not None
        pipeline = self._pipeline
        if pipeline.demuxer.seeking:
            return True
        return not self._is_current(pipeline.video.on_screen) and not pipeline.slots["video"].finished

    def _base(self) -> int | None:
        """The number of the picture that is headed for; None when it has none, or none can be read by number."""
        if self._target is not None:
            return self._target
        if not self._reads() or self.screen is None or self.screen.index is None:
            return None
        return self.screen.index + (0 if self.inspecting else self._pipeline.video.steps_pending)

    def _clamped(self, ordinal: int) -> int:
        index = self._reading_index()
        return max(0, ordinal if index is None else min(ordinal, index.count - 1))

    def _may_step_pipeline(self, base: int | None) -> bool:
        """The pipeline has the next picture or is about to; it is as good as the reader's unless there is damage."""
        index = self._reading_index()
        if self.inspecting:
            return base is None and self._target is None
        return base is None or index is None or not (index.damaged or index.counted)

    def _head_for(self, ordinal: int, direction: int) -> None:
        inspection = self._inspection
        if inspection is None or inspection.index is None:
            return
        self._pipeline.video.cancel_steps()
        self._granted = None
        if not inspection.reads:
            self._seek(inspection.index.time_of(ordinal), ordinal, False)
        elif (
            self.inspecting
            or self.screen is None
            or self.screen.index != ordinal
            or self._pipeline_is_coming()
            or self._is_doubtful(self.screen)
        ):
            self.inspecting = True
            self._target = ordinal
            self._moved_at = self._now()
            inspection.want(ordinal, direction)

    # What happens.

    def refresh(self, *, paused: bool) -> Refresh:
        """What is to be on screen now."""
        run_wait = self._advance_run() if paused else None
        result = self._pipeline.video.refresh()
        changed, waits = False, [run_wait]
        if not self.inspecting:
            waits.append(result.wait_s)
            if result.changed and result.picture is not None:
                self._show(result.picture, by_reader=False, keep=paused)
                changed = True
            elif self._pipeline.video.on_screen is None:
                self.screen = None
        if self._inspection is not None:
            if not self._inspection.begun and self.screen is not None and self._now() - self._opened_at >= BEGIN_S:
                self._inspection.begin()
            self._inspection.look()
            changed |= self._renumber() and paused
        if paused:
            if self._take_presses():
                waits.append(0.0)
            changed |= self._move()
            waits += [self._too_soon_s(), self._settle()]
        return Refresh(self.screen, changed, min((wait for wait in waits if wait is not None), default=None))

    def _show(self, picture: Picture, *, by_reader: bool, keep: bool = False) -> None:
        self._by_reader = by_reader
        if by_reader:
            self.screen = dataclasses.replace(picture, serial=self.serial, order=NOT_COUNTED)
        else:
            self.screen = self._numbered(picture)
            if keep and self._is_as_read(self.screen) and self._inspection is not None:
                self._inspection.add(self.screen, self.screen.index)
        self._moved_at = self._now()
        self._opened_at = min(self._opened_at, self._moved_at)

    def _numbered(self, picture: Picture) -> Picture:
        """`picture` with its number, where the index knows it."""
        inspection = self._inspection
        index = None if inspection is None or inspection.blocked else inspection.index
        if inspection is None or index is None:
            return picture
        ordinal = self.numbering.number(index, picture)
        if ordinal is None and index.final and picture.pts is not None and not index.counted:
            inspection.doubt(f"a picture at pts {picture.pts} is not in the index")
        numbered = picture if ordinal == picture.index else dataclasses.replace(picture, index=ordinal)
        self.numbering.note(numbered)
        return numbered

    def _renumber(self) -> bool:
        """A newer index may give other numbers; whether the picture on screen got another one."""
        index = None if self._inspection is None else self._inspection.index
        if index is None or index is self._index:
            return False
        former, self._index = self._index, index
        if former is not None and self._target is not None:
            pts = former.pts_of(self._target)
            if self._granted is not None:
                known = self._granted(index)
            else:
                known = None if pts is None else index.ordinal_of(pts, near=self._target)
            self._target = min(self._target if known is None else known, index.count - 1)
            if self._inspection is not None and self._inspection.reads:
                self._inspection.want(self._target, 0)
        if self.screen is None:
            return False
        before = self.screen.index
        if self._by_reader and former is not None and former.counted and former.pts is not index.pts:
            self._by_reader = False  # it had its number and its timestamp by a count that may be wrong
            self.screen = dataclasses.replace(self.screen, index=None)
        elif self._by_reader and self.screen.pts is not None:
            known = index.ordinal_of(self.screen.pts, near=before)
            self.screen = dataclasses.replace(self.screen, index=known)
        elif not self._by_reader:
            self.screen = self._numbered(self.screen)
        return self.screen.index != before

    def _take_presses(self) -> bool:
        """Steps that were asked for while a seek was under way: whether its picture is there now, and they are made."""
        if not self._pressed or self._pipeline_is_coming():
            return False
        pressed, self._pressed = self._pressed, 0
        self.step(pressed)
        return True

    def _move(self) -> bool:
        """Goes on towards what is headed for; whether another picture is on screen."""
        if self._wish is not None:
            self._grant(self._wish)
        if self._backwards and not self._pipeline_is_coming():
            count, self._backwards = self._backwards, 0
            self._go_back(count)
        if self._target is None or self._has_arrived() or self._inspection is None:
            return False
        picture = self._inspection.get(self._target)
        if picture is not None:
            if self._too_soon_s() is not None:
                return False
            self._stepped_at = self._now()
            self._show(picture, by_reader=True)
            return True
        if not self._inspection.reads:
            ordinal, self._target = self._target, None
            self.inspecting = False
            self._head_for(ordinal, 0)
        return False

    def _too_soon_s(self) -> float | None:
        """How long a neighbour of the picture on screen has to wait before it follows."""
        if self._target is None or self.screen is None or self.screen.index is None:
            return None
        left = self._stepped_at + STEP_S - self._now()
        return left if left > LEAST_WAIT_S and abs(self._target - self.screen.index) == 1 else None

    def _grant(self, wish: Wish) -> None:
        inspection = self._inspection
        if inspection is None:
            return
        inspection.begin()
        index = inspection.index
        if index is None:
            if inspection.failed is not None:
                self._wish = None
                self._warn(inspection.failed)
            return
        ordinal = wish(index)
        if ordinal is None and not index.complete:
            return
        self._wish = None
        if ordinal is not None:
            self._head_for(ordinal, self._wish_direction)
            self._granted = wish

    def _advance_run(self) -> float | None:
        """Takes the next picture of a run when it is due; else says how long until then."""
        wait_s = self._run.wait_s()
        if wait_s is None or wait_s > 0.0:
            return wait_s
        base = self._base()
        if self._pipeline_is_coming() or (self._target is not None and not self._has_arrived()):
            return None  # a wake-up comes with the picture
        if self._pipeline.video.steps_pending:
            return None
        wait_s = self._run.go_on(self._lasts_s(base))
        if base is not None and self._clamped(base + self._run.direction) == base:
            return None  # the end of the file
        self.step(self._run.direction)
        return wait_s

    def _lasts_s(self, base: int | None) -> float:
        """How long the run's picture lasts: until the one after it, by the file's own times."""
        index = self._reading_index()
        if base is None or index is None:
            return 0.0 if self.screen is None else self.screen.duration_s
        return abs(index.time_of(self._clamped(base + self._run.direction)) - index.time_of(base))

    def _settle(self) -> float | None:
        """While nothing moves: numbers, pictures around, and the pipeline are made ready; how long until the next."""
        inspection, screen = self._inspection, self.screen
        if inspection is None or screen is None or self._run.direction or self.arriving or self._pipeline_is_coming():
            return None
        if self._pipeline.video.steps_pending:
            return None
        rested = self._now() - self._moved_at
        if WARM_S - rested > LEAST_WAIT_S:
            return WARM_S - rested
        inspection.begin()
        index = self._reading_index()
        if index is None:
            return None
        if self._is_doubtful(screen):
            return self._correct(index, screen)
        if self._warm is not screen and screen.index is not None:
            self._warm = screen
            inspection.want(screen.index, 0)
            if not self._by_reader:
                self.trailing.hand_over(index, inspection, screen.serial)
        if not self.must_seek_to_play() or self._followed is screen or screen.time_s is None:
            return None
        if FOLLOW_S - rested > LEAST_WAIT_S:
            return FOLLOW_S - rested
        self._followed = screen
        self._seek(screen.time_s, screen.index, True)
        return None

    def _is_doubtful(self, picture: Picture) -> bool:
        """A picture of the pipeline that may not be as from the start of the file, or has no place in the index."""
        index = self._reading_index()
        if self._by_reader or index is None or not index.final:
            return False
        return index.damaged or picture.index is None

    def _is_as_read(self, picture: Picture) -> bool:
        """The reader would have decoded the pipeline's picture alike: in software, and from anywhere."""
        return self._pipeline.hwdec.used == "no" and not self._is_doubtful(picture)

    def _correct(self, index: FrameIndex, picture: Picture) -> float | None:
        """The reader's picture takes its place; when to look whether it is there already."""
        ordinal = picture.index
        if ordinal is None and picture.time_s is not None:
            ordinal = picture_at(index, picture.time_s)
        if ordinal is None:
            return None
        self._head_for(ordinal, 0)
        return 0.0


def _same(a: Picture | None, b: Picture) -> bool:
    """By all that is known of them the same picture of the file."""
    if a is None:
        return False
    known = a.index is not None and b.index is not None
    return a.index == b.index if known else (a.pts, a.time_s) == (b.pts, b.time_s)
