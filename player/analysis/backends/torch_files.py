"""Opening what torch reads: weights for the built-in networks, and programs. Bytes in, a network out."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from player.analysis.backends.engines import first_line
from player.analysis.model_file import ModelFile
from player.analysis.nets import BUILT_IN, BuiltInNet, recognise
from player.errors import ModelError, OutOfDeviceMemoryError

if TYPE_CHECKING:
    import torch
    from torch import nn
    from torch.export import ExportedProgram

_WRAPPERS = ("state_dict", "model")
"""Where checkpoints keep the weights among other things."""
_GLOBAL = re.compile(r"GLOBAL (\S+)")
_PUBLISHED = re.compile(r"resnet\d+-([0-9a-f]{8})\.(pth|th)")
"""torchvision's names for its weights and their like: the hexadecimal digits are how the file's sha256 begins."""


def read_weights(file: ModelFile, data: bytes) -> dict[str, torch.Tensor]:
    """The tensors of a state dict or a safetensors file. Nothing in it is run. Raises ModelError."""
    name = file.path.name
    published = _PUBLISHED.fullmatch(name)
    if published and not file.sha256.startswith(published[1]):
        raise ModelError(
            f"Cannot open {name}: it is damaged or another file, for its sha256 begins with {file.sha256[:8]}."
        )
    if file.kind == "safetensors":
        import safetensors.torch

        try:
            return dict(safetensors.torch.load(data))
        except Exception as error:  # a damaged header can be wrong in many ways
            raise ModelError(f"Cannot open {name}: it is a damaged safetensors file ({first_line(error)}).") from error
    import torch

    try:
        found = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # the unpickler meets whatever the file holds
        code = _GLOBAL.search(str(error))
        if code is None:
            raise ModelError(f"Cannot open {name}: it is a damaged or unsafe pickle.") from error
        raise ModelError(
            f"Cannot open {name}: it is a pickle that needs code to load ({code[1]}), which is refused; "
            "the same network's state dict, safetensors or ONNX file can be opened."
        ) from error
    return _weights_within(found, name)


def build_network(weights: Mapping[str, torch.Tensor], name: str) -> tuple[BuiltInNet, nn.Module]:
    """The built-in network that these weights belong to, with them in it. Raises ModelError."""
    shapes = {key: tuple(tensor.shape) for key, tensor in weights.items()}
    known = recognise(shapes)
    if known is None:
        first = ", ".join(list(shapes)[:2])
        raise ModelError(
            f"Cannot open {name}: its weights ({first}, ...) fit none of the built-in networks "
            f"({', '.join(net.name for net in BUILT_IN)}); export the network to ONNX."
        )
    net, settings = known
    network = net.make(**settings)
    own = {key: tuple(tensor.shape) for key, tensor in network.state_dict().items()}
    odd = own.keys() ^ shapes.keys()
    # Weights from before torch 0.4.1 have no such counts, and nothing but training reads them.
    wrong = sorted(key for key in odd if key in shapes or not key.endswith(".num_batches_tracked"))
    wrong = wrong or [key for key in own.keys() & shapes.keys() if own[key] != shapes[key]]
    if wrong:
        raise ModelError(f"Cannot open {name}: it looks like {net.name}, but its {wrong[0]} does not fit.")
    network.load_state_dict(dict(weights))
    return net, network.eval()


def fuse_batch_norms(network: nn.Module) -> None:
    """Puts every batch normalisation into the convolution before it, in place: two thirds of the time on a CPU.

    In the built-in networks a normalisation that stands right after a convolution works on what that one gives.
    """
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    for module in list(network.modules()):
        for (conv_name, conv), (norm_name, norm) in pairwise(list(module.named_children())):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, conv_name, fuse_conv_bn_eval(conv, norm))
                setattr(module, norm_name, nn.Identity())


def move_network(network: nn.Module, device: str, name: str) -> nn.Module:
    """The network on its device, in the layout of memory that convolutions are quickest in. Raises ModelError."""
    import torch

    try:
        return network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
    except torch.OutOfMemoryError as error:
        raise OutOfDeviceMemoryError(name, device) from error


def open_torchscript(data: bytes, name: str, device: str) -> nn.Module:
    """Runs what the file says: for trusted files alone. Raises ModelError."""
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # people have these files all the same
            network: nn.Module = torch.jit.load(io.BytesIO(data), map_location=device)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise ModelError(
            f"Cannot open {name}: torch cannot read this TorchScript file ({first_line(error)})."
        ) from error
    return network.eval()


def open_exported(data: bytes, name: str, device: str) -> ExportedProgram:
    """Can run what is hidden in the file: for trusted files alone. Raises ModelError."""
    import torch
    from torch.export.passes import move_to_device_pass

    logging.getLogger("torch.export").setLevel(logging.CRITICAL)  # it logs a traceback of what it raises
    try:
        program = torch.export.load(io.BytesIO(data))
        return program if device == "cpu" else move_to_device_pass(program, device)
    except Exception as error:
        raise ModelError(f"Cannot open {name}: torch cannot read this .pt2 file ({first_line(error)}).") from error


def exported_shape(program: ExportedProgram, name: str) -> tuple[int | None, int | None, int | None, int | None]:
    """Batch, channels, height and width of an exported program's one input. Raises ModelError for any other."""
    inputs = program.graph_signature.user_inputs
    if len(inputs) == 1:
        node = next(node for node in program.graph.nodes if node.name == inputs[0])
        value = node.meta.get("val")
        if getattr(value, "ndim", 0) == 4:
            count, channels, height, width = (size if type(size) is int else None for size in value.shape)
            return count, channels, height, width
    raise ModelError(f"Cannot open {name}: it does not take a batch of pictures alone.")


def _weights_within(found: Any, name: str) -> dict[str, torch.Tensor]:
    import torch

    for wrapper in _WRAPPERS:
        if isinstance(found, Mapping) and isinstance(found.get(wrapper), Mapping):
            found = found[wrapper]
            break
    if (
        not isinstance(found, Mapping)
        or not found
        or not all(isinstance(each, torch.Tensor) for each in found.values())
    ):
        raise ModelError(f"Cannot open {name}: it holds no state dict.")
    # DataParallel and torch.compile put their own names in front.
    return {re.sub(r"^(module\.|_orig_mod\.)+", "", str(key)): tensor for key, tensor in found.items()}
