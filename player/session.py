"""One opened file from the ask to the last join. Its demux thread opens it, builds, reads, and tears down in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from player.assembly import Surroundings
from player.errors import OpenError, PlayerError, ThreadStuckError, UsageError
from player.events import Event, Failed, Opened, OpenFailed, Warned
from player.media.hwdec import open_in_hardware, sentence
from player.media.seeking import SeekRequest
from player.media.source import Abort, Source, choose_track, open_source
from player.memory import release_unused
from player.options import OpenOptions
from player.pipeline import Pipeline
from player.records import Kind, Track
from player.stats import PlaybackStats
from player.worker import JOIN_DEADLINE_S, Worker


class Session:
    """Owns the container and everything that reads from it.

    `pipeline` appears once the file is open; `emit` gets the events, on any thread. `after` is a
    session that must be gone first, waited for on this one's thread and not on the caller's.
    """

    def __init__(
        self,
        path: str,
        options: OpenOptions,
        around: Surroundings,
        emit: Callable[[Event], None],
        after: Session | None = None,
    ) -> None:
        self.path = path
        self.options = options
        self.pipeline: Pipeline | None = None
        self.stats = PlaybackStats(around.now)
        self._around = dataclasses.replace(
            around, on_error=self._thread_failed, on_warning=lambda text: self._tell(Warned(text))
        )
        self._emit = emit
        self._after = after
        self._abort = Abort()
        self._closing = False
        self.companion: Callable[[], None] | None = None  # closes what else reads this file; called on the demux thread
        self._worker = Worker("demux", self._run, self._thread_failed)

    def start(self) -> None:
        self._worker.start()

    def ask_to_close(self) -> None:
        """Wakes every thread so that it ends; returns at once."""
        self._closing = True
        self._abort.set()
        pipeline = self.pipeline
        if pipeline is not None:
            pipeline.abort()

    def join(self, deadline_s: float = JOIN_DEADLINE_S) -> None:
        """Waits for the end asked for. Raises ThreadStuckError; the session is then abandoned."""
        self._worker.join(deadline_s)

    @property
    def alive(self) -> bool:
        return self._worker.alive

    def _run(self) -> None:
        self._wait_for_former()
        source: Source | None = None
        try:
            if self._closing:
                return
            source = open_source(
                self.path, input=self.options.input, abort=self._abort, max_pixels=self.options.max_pixels
            )
            tracks = self._choose_tracks(source)
            source, hwdec = open_in_hardware(source, tracks["video"], self.options.hwdec, self.options.max_pixels)
            pipeline = Pipeline(source, self.options, self._around, self.stats)
            pipeline.hwdec = hwdec
            pipeline.filters.check(source, tracks["video"], tracks["audio"])
            pipeline.start(tracks)
            self.pipeline = pipeline
            if self._abort.is_set():
                pipeline.abort()  # asked to close before there was a pipeline to abort
            if self.options.start_s:
                pipeline.demuxer.seek(SeekRequest(target_s=pipeline.cut.start_s, exact=True))
            self._tell(Opened(source.info))
            for told in (sentence(hwdec), source.remark):
                if told:
                    self._tell(Warned(told))
            pipeline.demuxer.run()
        except PlayerError as error:
            self._tell(OpenFailed(error))
        finally:
            self._tear_down(source)

    def _wait_for_former(self) -> None:
        former, self._after = self._after, None
        if former is None:
            return
        try:
            former.join()
        except ThreadStuckError as error:
            self._tell(Warned(f"{former.path} does not answer and was left behind ({error.name})"))

    def _choose_tracks(self, source: Source) -> dict[Kind, Track | None]:
        options = self.options
        video = choose_track(source, "video", options.vid) if options.video else None
        audio = choose_track(source, "audio", options.aid, video) if options.audio else None
        subtitle = choose_track(source, "subtitle", options.sid, video or audio) if options.subtitles else None
        if video is None and audio is None:
            if options.video and options.audio:
                raise OpenError(self.path, "there is nothing in it to play")
            raise UsageError(f"{self.path} has nothing left to play with these tracks switched off")
        return {"video": video, "audio": audio, "subtitle": subtitle}

    def _tear_down(self, source: Source | None) -> None:
        """Decoders first, the container last (HOUSE fact 2)."""
        stuck = self.pipeline.stop() if self.pipeline is not None else []
        if self.companion is not None:
            try:
                self.companion()
            except ThreadStuckError as error:
                self._tell(Warned(str(error)))
        for name in stuck:
            self._tell(Warned(str(ThreadStuckError(name))))
        if source is not None and not stuck:
            source.close()
            self.pipeline = None
            release_unused()
        self._abort.close()

    def _tell(self, event: Event) -> None:
        if not self._closing:
            self._emit(event)

    def _thread_failed(self, error: BaseException) -> None:
        told = error if isinstance(error, PlayerError) else PlayerError(f"Playback stopped: {error!r}")
        told.__cause__ = error if told is not error else error.__cause__
        self._tell(Failed(told))
