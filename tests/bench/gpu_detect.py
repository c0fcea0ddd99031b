"""Pictures a second with detection on a card, and the bare model's: python -m tests.bench.gpu_detect [--model M] ...

Needs torch and a card, but no PyAV: 1920x1080 pictures are made up in memory as a decoder gives them (NV12). The whole
way is planes in memory -> device -> input -> network -> boxes, one batch after the other, and overlapped as
`overplay analyze` has it; the bare model runs on an input that lies on the device
and brings its outputs back. Without --model it is the built-in FastestDet with weights by chance. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from player.analysis.detector import Detector
from player.analysis.input_map import fit_input
from player.analysis.loading import LoadedModel, load_model
from player.analysis.trust import Trust
from player.records import Picture
from player.watching import PRECISIONS
from tests.helpers.made_planes import made_planes, picture_of, planes_of
from tests.helpers.networks import weights_by_chance

SIZE = (1920, 1080)
BATCHES = (1, 2, 4, 8, 16, 32)


def per_s(work: Callable[[], object], count: int, seconds: float) -> float:
    """How many of `count` a go, after a warm-up."""
    for _ in range(3):
        work()
    done, begun = 0, time.perf_counter()
    while (taken := time.perf_counter() - begun) < seconds:
        work()
        done += count
    return done / taken


def in_turns(detector: Detector, pictures: Sequence[Picture]) -> Callable[[], object]:
    """As `overplay analyze` does it: the next batch is prepared while the network has one."""
    running = [detector.begin(pictures)]

    def work() -> None:
        running.append(detector.begin(pictures))
        running.pop(0)()

    return work


def measure(model: LoadedModel, batches: Sequence[int], seconds: float) -> dict[str, Any]:
    from player.analysis.device_prep import DevicePreprocessor

    detector = Detector(model, planes_of)
    detector.warm_up()
    fixed, _, height, width = model.backend.input_shape
    spec = model.card.input
    at = fit_input(spec, SIZE)
    found: dict[str, Any] = {}
    for size in batches if fixed is None else (fixed,):
        pictures = [picture_of(made_planes("nv12", SIZE, seed=seed)) for seed in range(size)]
        preparer = DevicePreprocessor(spec, model.backend.device)
        planes = [planes_of(picture) for picture in pictures]
        batch = preparer.prepare(planes, [at] * size)
        found[str(size)] = {
            "whole": round(per_s(partial(detector.infer, pictures), size, seconds), 1),
            "overlapped": round(per_s(in_turns(detector, pictures), size, seconds), 1),
            "bare": round(per_s(partial(model.backend.run, batch), size, seconds), 1),
            "ms": {name: round(1000 * taken / size, 3) for name, taken in detector.timings.items()},
        }
    detector.close()
    best = max(found, key=lambda size: float(found[size]["whole"]))
    return {"input": [width or spec.width, height or spec.height], "best": int(best), "batches": found}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", help="a model file that torch runs")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--precision", choices=PRECISIONS, default="auto")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each figure")
    parser.add_argument("--batches", type=int, nargs="+", default=BATCHES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.model or weights_by_chance(Path(folder))
        model = load_model(path, device=options.device, precision=options.precision, trust=Trust(None, named=[path]))
    import torch

    device = model.backend.device
    card = torch.cuda.get_device_name(device) if device.startswith("cuda") else device
    figures = measure(model, options.batches, options.seconds)
    engine, precision = model.backend.engine, model.backend.precision
    about = {"card": card, "engine": engine, "precision": precision, "model": model.card.name}
    print(json.dumps(about | figures, indent=2))


if __name__ == "__main__":
    main()
