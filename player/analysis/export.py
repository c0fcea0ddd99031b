"""Writing a built-in network's weights as a file that this product and others open, with its card beside it."""

from __future__ import annotations

import hashlib
import io
import logging
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from player.analysis.card_file import card_to_toml, read_table
from player.analysis.known_card import KnownCard
from player.analysis.model_file import ModelKind, inspect_model, read_model
from player.analysis.trust import Trust
from player.errors import ModelError
from player.whole_file import write_whole

if TYPE_CHECKING:
    from torch import nn
    from torch.export import ExportedProgram

KINDS: dict[str, ModelKind] = {".safetensors": "safetensors", ".onnx": "onnx", ".pt2": "pt2"}
"""What can be written, by the file's suffix."""
LARGEST_BATCH = 1024


def export_model(source: str | Path, target: str | Path, *, trust: Trust, overwrite: bool = False) -> tuple[Path, Path]:
    """The file written to `target`, in the form its suffix says, and its card. Slow: up to half a minute.

    A .pt2 file is a program; `trust` learns that this one is ours. Raises ModelError.
    """
    target = Path(target)
    kind = KINDS.get(target.suffix.lower())
    if kind is None:
        raise ModelError(f"Cannot export to {target.name}: its name has to end in {', '.join(KINDS)}.")
    card_path = _card_path(target)
    for path in (target, card_path):
        if path.exists() and not overwrite:
            raise ModelError(f"Cannot export to {path}: there is such a file already.")
    file, data = read_model(source)
    if file.kind not in ("safetensors", "state-dict"):
        raise ModelError(f"Cannot export {file.path.name}: only weights of the built-in networks can be.")

    from player.analysis.backends.torch_files import build_network, fuse_batch_norms, read_weights

    net, network = build_network(read_weights(file, data), file.path.name)
    card = KnownCard.of(file).complete(net.card)
    if kind == "safetensors":
        exported = _safetensors(network)
    else:
        assert card.input.width is not None, "a built-in network's card has a size"
        assert card.input.height is not None
        fuse_batch_norms(network)
        program = _program(network, card.input.width, card.input.height)
        exported = _onnx(program, net.outputs) if kind == "onnx" else _pt2(program)
    sha256 = hashlib.sha256(exported).hexdigest()
    written = replace(card, sha256=sha256, input=replace(card.input, name=None))
    try:
        if kind == "pt2":
            trust.wrote(sha256, target.name)
        write_whole(target, exported, replace=overwrite)
        write_whole(card_path, card_to_toml(written).encode(), replace=overwrite)
    except OSError as error:
        raise ModelError(f"Cannot write {error.filename or target}: {error.strerror or error}.") from error
    return target, card_path


def _card_path(target: Path) -> Path:
    """net.toml for net.onnx, unless that is the card of net.safetensors, say: then net.onnx.toml."""
    usual, own = target.with_suffix(".toml"), target.with_name(f"{target.name}.toml")
    if own.exists() or not usual.exists():
        return own if own.exists() else usual
    is_its = target.exists() and read_table(usual).get("sha256") == inspect_model(target).sha256
    return usual if is_its else own


def _safetensors(network: nn.Module) -> bytes:
    import safetensors.torch

    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    return safetensors.torch.save(tensors, metadata={"format": "pt"})


def _program(network: nn.Module, width: int, height: int) -> ExportedProgram:
    """The network as a graph that takes any batch of pictures of this size."""
    import torch

    batch = torch.export.Dim("batch", min=1, max=LARGEST_BATCH)
    example = torch.zeros(2, 3, height, width)  # 1 would be taken for a constant
    with torch.no_grad():
        program = torch.export.export(network, (example,), dynamic_shapes=({0: batch},))
    program.example_inputs = None  # they would be written with it
    return program


def _pt2(program: ExportedProgram) -> bytes:
    import torch

    file = io.BytesIO()
    torch.export.save(program, file)
    return file.getvalue()


def _onnx(program: ExportedProgram, outputs: tuple[str, ...]) -> bytes:
    # It warns of torchvision's operators, which no network here has.
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)
    try:
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise ModelError("Exporting to ONNX needs the packages onnx and onnxscript (overplay[onnx]).") from error
    import torch
    from torch.hub import tqdm  # type: ignore[attr-defined]

    tqdm.monitor_interval = 0  # its progress bars, which nobody sees, would leave a thread behind
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations within torch itself
        written = torch.onnx.export(
            program, dynamo=True, input_names=["pictures"], output_names=list(outputs), verbose=False
        )
    assert written is not None
    model: bytes = written.model_proto.SerializeToString()
    return model
