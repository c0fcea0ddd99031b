"""The learning rate's course: a function of how far the training is, with no memory."""

from __future__ import annotations

import math

from player.training.optimiser_settings import ScheduleSettings


def rate_factor(settings: ScheduleSettings, epoch: float, epochs: int) -> float:
    """What to multiply the rate with at `epoch`, counted from 0 with the part of it that is done."""
    warmup = settings.warmup_epochs
    if epoch < warmup:
        # From one hundredth, so that the first step is one.
        return 0.01 + 0.99 * epoch / warmup
    if settings.name == "cosine":
        done = (epoch - warmup) / (epochs - warmup)
        return settings.final + (1 - settings.final) * (1 + math.cos(math.pi * done)) / 2
    return float(settings.factor ** sum(epoch >= each for each in settings.at))
