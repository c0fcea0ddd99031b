"""What a window or a script is told of a running playback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.records import Snapshot

if TYPE_CHECKING:
    from player.audio.renderer import Settings
    from player.playback import Playback
    from player.records import State


def snapshot_of(playback: Playback, state: State, settings: Settings) -> Snapshot:
    pipeline = playback.pipeline
    video = pipeline.slots["video"].decoder
    screen, index = playback.stepper.screen, playback.inspections.index
    return Snapshot(
        state=state,
        paused=settings.paused,
        seeking=playback.seeking,
        position_s=playback.position_s(),
        duration_s=pipeline.source.info.duration_s,
        volume=settings.volume,
        muted=settings.muted,
        speed=settings.speed,
        info=pipeline.source.info,
        vid=playback.tracks.playing("video"),
        aid=playback.tracks.playing("audio"),
        sid=playback.tracks.playing("subtitle"),
        cues=playback.cues(),
        av_diff_s=pipeline.av_diff_s(),
        audio_device=pipeline.renderer.device if pipeline.renderer is not None and pipeline.has("audio") else "",
        dropped_early=getattr(video, "dropped_early", 0),
        dropped_late=pipeline.video.counts.dropped_late,
        queue_bytes={kind: slot.packets.size_bytes for kind, slot in pipeline.slots.items()},
        hwdec=pipeline.hwdec.used,
        vf=pipeline.filters.video.text if pipeline.filters.video is not None else "",
        af=pipeline.filters.audio.text if pipeline.filters.audio is not None else "",
        frame=None if screen is None else screen.index,
        frame_count=index.count if index is not None and index.complete and playback.inspections.reads else None,
        frame_final=index is not None and index.final,
        section=playback.rounds.points,
        rounds_left=playback.rounds.left,
        subtitle_delay_s=playback.tracks.subtitle_delay_s,
    )
