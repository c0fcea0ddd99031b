"""The running parts of one opened file: slots, queues, decoders, clocks, sound. Built on the demux thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from player.assembly import Surroundings, make_decoder, make_renderer
from player.audio.renderer import AudioRenderer
from player.cut import Cut
from player.errors import ThreadStuckError
from player.media.audio_decoder import AudioChunk
from player.media.demuxer import Demuxer
from player.media.filters import FilterChoice
from player.media.hwdec import NO, HwDecoding
from player.media.seeking import SeekRequest
from player.media.slot import Slot
from player.media.source import Source
from player.media.trail import Trail
from player.options import OpenOptions
from player.queues.frame_queue import FrameQueue
from player.queues.load_control import AUDIO_BUDGET, SUBTITLE_BUDGET, VIDEO_BUDGET
from player.queues.packet_queue import PacketQueue
from player.quick_dataclass import dataclass
from player.records import Cue, Kind, Picture, Track
from player.stats import PlaybackStats
from player.sync.clocks import Clocks, choose_master
from player.sync.refresh import VideoRefresh
from player.sync.target_delay import MAX_DURATION, MAX_DURATION_JUMPING

PICTURES = 3
SAMPLES = 9
CUES = 16


@dataclass(eq=False, slots=True)
class _Queues:
    pictures: FrameQueue[Picture]
    samples: FrameQueue[AudioChunk]
    cues: FrameQueue[Cue]

    @property
    def all(self) -> tuple[FrameQueue[Picture], FrameQueue[AudioChunk], FrameQueue[Cue]]:
        return self.pictures, self.samples, self.cues


class Pipeline:
    """Everything between an opened source and the screen and the speaker.

    Made and changed on the demux thread; the owner's thread reads clocks and queues, drives
    `video`, and configures `renderer`.
    """

    def __init__(self, source: Source, options: OpenOptions, around: Surroundings, stats: PlaybackStats) -> None:
        self.source = source
        self.options = options
        self.stats = stats
        self.around = around
        self.filters = FilterChoice(options.vf, options.af)
        self.hwdec = HwDecoding(NO)
        start_s = source.start_s + (options.start_s or 0.0)
        self.cut = Cut(start_s, None if options.length_s is None else start_s + options.length_s)
        first_serial = next(around.first_serials)
        around.watching.since(first_serial + 1)
        self.slots: dict[Kind, Slot] = {
            "video": Slot("video", PacketQueue(self._hungry, first_serial=first_serial), VIDEO_BUDGET),
            "audio": Slot("audio", PacketQueue(self._hungry), AUDIO_BUDGET),
            "subtitle": Slot("subtitle", PacketQueue(self._hungry), SUBTITLE_BUDGET),
        }
        video, audio, subtitle = (self.slots[kind].packets for kind in ("video", "audio", "subtitle"))
        self.queues = _Queues(
            FrameQueue(PICTURES, keep_last=True, current_serial=lambda: video.serial, on_put=self._wake_screen),
            FrameQueue(SAMPLES, keep_last=True, current_serial=lambda: audio.serial, on_put=self.wake_audio),
            FrameQueue(CUES, keep_last=False, current_serial=lambda: subtitle.serial, on_put=lambda: None),
        )
        self.clocks = Clocks(around.now, audio_serial=lambda: audio.serial, video_serial=lambda: video.serial)
        self.video = VideoRefresh(
            around.now,
            self.queues.pictures,
            self.clocks,
            serial=lambda: video.serial,
            origin_s=lambda: video.origin_s,
            hold=self._sound_is_starting,
            gate=around.watching,
            more=lambda: video.count > 0,
            untimed=around.untimed,
            framedrop=options.framedrop,
            max_duration=MAX_DURATION_JUMPING if source.timestamps_jump else MAX_DURATION,
            on_shown=self._after_shown,
        )
        self.renderer: AudioRenderer | None = None
        self.trail = Trail(around.now)
        self.demuxer = Demuxer(
            source,
            self.slots,
            end_s=self.cut.end_s,
            on_flushed=self._after_flush,
            on_landed=around.wakeup,
            on_select=self._on_select,
            on_warning=around.on_warning,
        )
        self.settings = replace(around.settings(), paused=True)  # until the owner says otherwise
        self._decoded = False  # by a decoder that was stopped since
        self.on_tracks_changed: Callable[[], None] = lambda: None
        self.resume_at: Callable[[Kind], float | None] = lambda _kind: None  # where a changed track goes on

    # On the demux thread.

    def start(self, tracks: dict[Kind, Track | None]) -> None:
        """Starts the decoders of the chosen tracks; the demuxer runs after that."""
        for kind, track in tracks.items():
            if track is not None:
                self._start(kind, track)
        self._choose_master()

    def stop(self) -> list[str]:
        """Aborts and joins every thread but the demuxer's; returns the names of those that are stuck."""
        self.abort()
        stuck: list[str] = []
        joins = [slot.decoder.join for slot in self.slots.values() if slot.decoder is not None]
        if self.renderer is not None:
            joins.append(self.renderer.join)
        for join in joins:
            try:
                join()
            except ThreadStuckError as error:
                stuck.append(error.name)
        return stuck

    def abort(self) -> None:
        """Wakes everything that waits, so that it ends. Any thread."""
        self.demuxer.stop()
        for slot in self.slots.values():
            slot.packets.abort()
        for queue in self.queues.all:
            queue.abort()
        if self.renderer is not None:
            self.renderer.stop()

    # Any thread.

    def av_diff_s(self) -> float | None:
        video, audio = self.clocks.video_s(), self.clocks.audio_s()
        return None if video is None or audio is None else video - audio

    def has(self, kind: Kind) -> bool:
        return self.slots[kind].active

    @property
    def shows_video(self) -> bool:
        """A moving picture: a cover does not count."""
        return self.has("video") and not self.slots["video"].sparse

    def decoded_anything(self) -> bool:
        """False when everything that was asked for turned out to hold nothing."""
        decoders = [each for kind in ("video", "audio") if (each := self.slots[kind].decoder) is not None]
        return self._decoded or not decoders or any(decoder.delivered > 0 for decoder in decoders)

    def end_due(self) -> float | None:
        """The moment at which everything was shown and heard; None while something is still to come."""
        if self.demuxer.seeking:
            return None
        video, audio = self.slots["video"], self.slots["audio"]
        due = self.around.now()
        if video.active:
            if not video.finished or self.queues.pictures.remaining:
                return None
            until = None if video.sparse or self.around.untimed else self.video.shown_until()
            due = due if until is None else max(due, until)
        if audio.active and self.renderer is not None and not self.renderer.drained:
            return None
        return due

    def picture_is_there(self) -> bool:
        """Sound may begin: the first picture of this serial is on screen, or none will come."""
        slot, shown = self.slots["video"], self.video.on_screen
        if not self.shows_video or slot.finished:
            return True
        return shown is not None and shown.serial == slot.packets.serial

    def _sound_is_starting(self) -> bool:
        """The picture waits: the clock it follows is about to begin."""
        return self.clocks.master == "audio" and self.renderer is not None and self.renderer.starting

    def _after_shown(self, picture: Picture, late_s: float | None) -> None:
        self.stats.note_shown(picture, late_s, self.av_diff_s())
        if late_s is None:
            self.wake_audio()  # a first picture: sound waits for it

    def _hungry(self) -> None:
        self.demuxer.wake()

    def _wake_screen(self) -> None:
        if self.video.starved:
            self.around.wakeup()

    def wake_audio(self) -> None:
        if self.renderer is not None:
            self.renderer.wake()

    def _after_flush(self, request: SeekRequest) -> None:
        for queue in self.queues.all:
            queue.drop_stale()
        self.clocks.set_external(request.target_s)
        self.wake_audio()

    def _choose_master(self) -> None:
        here = self.clocks.video_s() or self.clocks.audio_s()
        self.clocks.master = choose_master(self.options.sync, has_audio=self.has("audio"), has_video=self.shows_video)
        if self.clocks.master == "external" and here is not None:
            self.clocks.set_external(here)  # it may have run apart while nobody followed it

    def _on_select(self, kind: Kind, number: int | None) -> SeekRequest | None:
        info = self.source.info
        track = next((t for t in info.of_kind(kind) if t.number == number and t.usable), None)
        if number is not None and track is None:
            self.around.on_warning(f"There is no {kind} track {number} to play")
            return None
        position = self.resume_at(kind)
        self._stop(kind)
        if kind == "video":
            self.around.watching.since(self.slots["video"].packets.serial + 1)
        if track is not None:
            self._start(kind, track)
        self._choose_master()
        self.on_tracks_changed()
        if track is None or position is None:
            return None
        return SeekRequest(target_s=position, exact=True)

    def _stop(self, kind: Kind) -> None:
        slot = self.slots[kind]
        queue = self._frames_of(kind)
        slot.packets.abort()
        queue.abort()
        if slot.decoder is not None:
            slot.decoder.join()
            self._decoded |= kind != "subtitle" and slot.decoder.delivered > 0
        slot.decoder = None
        slot.track = None
        queue.clear()
        queue.start()
        slot.packets.flush()
        if kind == "video":
            self.video.clear()

    def _frames_of(self, kind: Kind) -> FrameQueue[Picture] | FrameQueue[AudioChunk] | FrameQueue[Cue]:
        return self.queues.all[("video", "audio", "subtitle").index(kind)]

    def _start(self, kind: Kind, track: Track) -> None:
        slot = self.slots[kind]
        slot.track = track
        stream = self.source.container.streams[track.index]
        slot.packets.start(self.cut.start_s)
        slot.decoder = make_decoder(self, kind, stream, track)
        if kind == "audio" and self.renderer is None:
            self.renderer = make_renderer(self)  # it stays when the audio track changes
            self.renderer.start()
        slot.decoder.start()
