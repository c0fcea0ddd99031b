"""From a path to a network that runs: what the file is, whether it may be opened, its card, its engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from player.analysis.backends import Backend
from player.analysis.backends.onnx_inputs import OnnxInputs
from player.analysis.backends.onnxruntime_library import import_onnxruntime
from player.analysis.backends.threads import beside_playback
from player.analysis.backends.torch_library import load_torch
from player.analysis.card import ModelCard
from player.analysis.card_file import Size
from player.analysis.decoders import guess_decoder
from player.analysis.devices import parse_device, resolve
from player.analysis.exporter_metadata import for_decoder, metadata_of_torchscript, table_of
from player.analysis.known_card import KnownCard, Table
from player.analysis.model_file import ModelFile, read_model
from player.analysis.onnx_file import read_onnx, refuse_custom_operators
from player.analysis.self_contained import self_contained
from player.analysis.trust import Trust
from player.errors import ModelError, UntrustedModelError
from player.watching import Precision

if TYPE_CHECKING:
    from player.analysis.backends.torch_heat import GradCam

Engine = Literal["auto", "onnxruntime", "opencv"]
"""What runs ONNX files; "auto" is onnxruntime where it is installed. All other files run on torch."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    card: ModelCard
    file: ModelFile
    backend: Backend
    explains: GradCam | None = None
    """What gives a classifier's heat maps."""


def load_model(
    path: str | Path,
    *,
    device: str = "auto",
    engine: Engine = "auto",
    precision: Precision = "auto",
    trust: Trust,
    threads: int | None = None,
) -> LoadedModel:
    """Reads, checks and opens the model at `path`. Slow: for an analysis thread, which is then the backend's.

    `threads` is how many of the CPU's cores one run may use; None leaves half of them to playback. `precision` is what
    torch computes in; an ONNX file runs as it was exported.
    Raises ModelError, UntrustedModelError.
    """
    file, data = read_model(path)
    if not trust.allows(file):
        raise UntrustedModelError(file.path.name, file.sha256)
    if file.kind != "onnx":
        load_torch()
    job = _Job(file, data, parse_device(device), threads or beside_playback(), precision, KnownCard.of(file))
    if file.kind == "onnx":
        return _load_onnx(job, engine)
    if file.kind == "torchscript":
        return _load_torchscript(job)
    return _load_exported(job) if file.kind == "pt2" else _load_weights(job)


@dataclass(frozen=True, slots=True)
class _Job:
    """A file that may be opened. Its bytes were read once: what was checked is what the engine gets."""

    file: ModelFile
    data: bytes
    device: str
    threads: int
    precision: Precision
    card: KnownCard

    @property
    def name(self) -> str:
        return self.file.path.name

    def size(self, told: Table, height: int | None = None, width: int | None = None) -> tuple[int, int]:
        """Width and height for the first run. Raises ModelError where nothing says them."""
        said = self.card.size(told)
        width, height = width or said[0], height or said[1]
        if width is None or height is None:
            raise ModelError(f"Nothing says input.size of {self.name}: a card beside it has to.")
        return width, height


def _load_onnx(job: _Job, engine: Engine) -> LoadedModel:
    onnx = read_onnx(job.data, job.name)
    refuse_custom_operators(onnx, job.name)
    inputs = OnnxInputs(onnx, job.name, job.card.input_name())
    data = self_contained(job.data, onnx, job.file.path)
    has_onnxruntime = _has_onnxruntime()
    backend: Backend
    if engine == "opencv" or (engine == "auto" and not has_onnxruntime):
        from player.analysis.backends.opencv_backend import OpenCvBackend

        if job.device not in ("auto", "cpu"):
            raise ModelError(f"Cannot run {job.name} on {job.device}: OpenCV runs it on the CPU alone.")
        backend = OpenCvBackend(data, onnx, inputs, job.name, threads=job.threads, precision=job.precision)
    elif not has_onnxruntime:
        raise ModelError(f"Cannot open {job.name} with onnxruntime: the package onnxruntime is not installed.")
    else:
        from player.analysis.backends.onnxruntime_backend import OnnxRuntimeBackend

        backend = OnnxRuntimeBackend(
            data, onnx, inputs, job.name, device=job.device, threads=job.threads, precision=job.precision
        )
    return _settle(job, backend, table_of(onnx.metadata), onnx.metadata)


def _load_weights(job: _Job) -> LoadedModel:
    from player.analysis.backends.torch_backend import TorchBackend
    from player.analysis.backends.torch_files import build_network, fuse_batch_norms, move_network, read_weights

    net, network = build_network(read_weights(job.file, job.data), job.name)
    fuse_batch_norms(network)
    device = resolve(job.device)
    network = move_network(network, device, job.name)
    backend = TorchBackend(
        network,
        job.name,
        device=device,
        input_shape=(None, job.card.channels(net.card), None, None),
        size=job.size(net.card),
        threads=job.threads,
        names=net.outputs,
        precision=job.precision,
        graphs=True,
    )
    model = _settle(job, backend, net.card, {})
    if model.card.task != "classify":
        return model
    from player.analysis.backends.torch_heat import GradCam
    from player.analysis.nets.classifier import Classifier

    assert isinstance(network, Classifier), "a built-in network for this task is one"
    return replace(model, explains=GradCam(network, job.name, device))


def _load_torchscript(job: _Job) -> LoadedModel:
    from player.analysis.backends.torch_backend import TorchBackend
    from player.analysis.backends.torch_files import open_torchscript

    metadata = metadata_of_torchscript(job.data)
    told = table_of(metadata)
    width, height = job.size(told)
    device = resolve(job.device)
    backend = TorchBackend(
        open_torchscript(job.data, job.name, device),
        job.name,
        device=device,
        input_shape=(1, job.card.channels(told), height, width),  # a trace may have both in it
        size=(width, height),
        threads=job.threads,
        precision=job.precision,
    )
    return _settle(job, backend, told, metadata)


def _load_exported(job: _Job) -> LoadedModel:
    from player.analysis.backends.torch_backend import TorchBackend
    from player.analysis.backends.torch_files import exported_shape, open_exported

    device = resolve(job.device)
    program = open_exported(job.data, job.name, device)
    shape = exported_shape(program, job.name)
    backend = TorchBackend(
        program.module(),
        job.name,
        device=device,
        input_shape=shape,
        size=job.size({}, shape[2], shape[3]),
        threads=job.threads,
        precision=job.precision,
    )
    return _settle(job, backend, {}, {})


def _settle(job: _Job, backend: Backend, told: Table, metadata: Mapping[str, str]) -> LoadedModel:
    """The model with its card, which is complete or a ModelError."""
    try:
        _count, channels, height, width = backend.input_shape
        if channels not in (None, 1, 3):
            raise ModelError(f"Cannot open {job.name}: it takes {channels} channels, and pictures have 3.")
        guess = cache(partial(_guess, backend, metadata))
        if metadata and told:
            said = job.card.size(told)
            found = guess(tuple(told["labels"]), (width or said[0], height or said[1]))
            told = for_decoder(told, found[0]) if found else told
        card = job.card.complete(told, (width, height), guess)
        if channels not in (None, card.input.channels):
            raise ModelError(
                f"Cannot open {job.name}: it takes {channels} channel{'' if channels == 1 else 's'}, "
                f"and input.order of its card is {card.input.order}."
            )
    except BaseException:
        backend.close()
        raise
    return LoadedModel(card, job.file, backend)


def _guess(
    backend: Backend, metadata: Mapping[str, str], labels: tuple[str, ...], size: Size
) -> tuple[str, Mapping[str, object]] | None:
    """The decoder, by the shapes of what the network gives; it is run once where the file leaves them open."""
    width, height = size
    if width is None or height is None:
        return guess_decoder(backend.output_shapes, len(labels), metadata)
    shapes: Mapping[str, tuple[int | None, ...]] = backend.output_shapes
    if any(not shape or None in shape[1:] for shape in shapes.values()):
        given = np.zeros((backend.input_shape[0] or 1, backend.input_shape[1] or 3, height, width), np.float32)
        shapes = {name: value.shape for name, value in backend.run(given).items()}
    return guess_decoder(shapes, len(labels), metadata, (width, height))


def load_usual_engine() -> None:
    """Loads what runs ONNX files, where it is installed: for who will need it, and has nothing on screen yet."""
    _has_onnxruntime()


def _has_onnxruntime() -> bool:
    try:
        import_onnxruntime()
    except ImportError:
        return False
    return True
