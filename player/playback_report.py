"""The playback report's part that a running pipeline knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.pipeline import Pipeline


def playback_report(pipeline: Pipeline) -> dict[str, object]:
    """Counts since the file was opened; `queues` is as it stands now."""
    video = pipeline.slots["video"].decoder
    renderer = pipeline.renderer
    return {
        **pipeline.stats.report(),
        "shown": pipeline.video.counts.shown,
        "dropped_early": getattr(video, "dropped_early", 0),
        "dropped_late": pipeline.video.counts.dropped_late,
        "repeated": pipeline.video.counts.repeated,
        "decode_errors": sum(
            decoder.errors for slot in pipeline.slots.values() if (decoder := slot.decoder) is not None
        ),
        "hwdec": pipeline.hwdec.report(),
        "queues": {
            kind: {
                "packets": slot.packets.count,
                "bytes": slot.packets.size_bytes,
                "seconds": round(slot.packets.duration_s, 3),
                "thrown_away": slot.packets.dropped,
            }
            for kind, slot in pipeline.slots.items()
        },
        "audio": {
            "device": renderer.device if renderer is not None else "",
            "underruns": renderer.underruns if renderer is not None else 0,
        },
    }
