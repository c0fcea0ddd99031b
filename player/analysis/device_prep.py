"""Planes to a network's input on the device that runs it, by torch: the same numbers as `preprocess`, batched.

Pictures cross to the device as they were decoded, all of a batch in one copy from pinned memory; what a device decoded
stays there. Sampling needs grid_sample, as F.interpolate knows neither chroma that is not centred nor regions.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import grid_sample

from player.analysis.card import InputSpec
from player.analysis.input_map import InputMap
from player.analysis.planes import Plane, Planes, sampling, seen
from player.analysis.preprocess import GRAY, levels_to_input
from player.errors import ModelError, OutOfDeviceMemoryError
from player.media.look import Mapping
from player.media.tone import GAMMA, to_light_709

TONE_NODES = 65
"""Of the table for HDR, an axis; it holds light, in which mixing neighbours errs least."""
MOST_AXES = 64
"""So many planes' places are kept."""
_ALIGNMENT = 64
"""Bytes: where each plane begins in the staging memory."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Pictures of a batch that are alike and go through together, or one picture's tiles."""

    numbers: list[int]
    """Their places in the batch."""
    sources: list[Planes]
    """As many, or the one that all are cut from."""
    maps: list[InputMap]


class DevicePreprocessor:
    """Keeps staging memory and a stream of its own; for one thread at a time."""

    def __init__(self, spec: InputSpec, device: str) -> None:
        self.device = torch.device(device)
        factor, offset = (torch.from_numpy(each) for each in levels_to_input(spec))
        self._factor, self._offset = (each.to(self.device).view(1, -1, 1, 1) for each in (factor, offset))
        self._fill = self._factor * spec.fill + self._offset
        self._order = spec.order
        self._stream: Any = None
        self._uploaded: Any = None
        """When the copy to the device has ended."""
        if self.device.type == "cuda":
            cuda: Any = torch.cuda
            self._stream, self._uploaded = cuda.Stream(self.device), cuda.Event()
        self._staging = torch.empty(0, dtype=torch.uint8)
        self._axes: dict[object, tuple[torch.Tensor, torch.Tensor]] = {}

    def prepare(self, pictures: Sequence[Planes], maps: Sequence[InputMap]) -> torch.Tensor:
        """(pictures, channels, height, width) on the device, ready for work that is queued on its current stream.

        Raises ModelError where the device fails; OutOfDeviceMemoryError after letting go of what it held there.
        """
        try:
            with torch.inference_mode():
                if self._stream is None:
                    return self._prepared(pictures, maps)
                current = torch.cuda.current_stream(self.device)
                with torch.cuda.stream(self._stream):
                    batch = self._prepared(pictures, maps)
                current.wait_stream(self._stream)
                batch.record_stream(current)
                return batch
        except torch.OutOfMemoryError as error:
            traceback.clear_frames(error.__traceback__)  # they hold tensors, and whoever keeps the error holds them
            self.release()
            raise OutOfDeviceMemoryError("Preparing pictures", str(self.device)) from error
        except RuntimeError as error:
            traceback.clear_frames(error.__traceback__)
            self.release()
            reason = str(error).strip().partition("\n")[0]
            raise ModelError(f"Preparing pictures failed on {self.device}: {reason}.") from error

    def release(self) -> None:
        """Lets go of the memory held on the device and for it."""
        self._staging = torch.empty(0, dtype=torch.uint8)
        self._axes.clear()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def _prepared(self, pictures: Sequence[Planes], maps: Sequence[InputMap]) -> torch.Tensor:
        width, height = maps[0].input_size
        batch = torch.empty((len(maps), self._factor.shape[1], height, width), device=self.device)
        batch[:] = self._fill
        uploaded = self._upload(list({id(planes): planes for planes in pictures}.values()))
        for group in _groups(pictures, maps):
            left, top, across, down = group.maps[0].content
            content = self._content(group, uploaded)
            where = slice(None) if len(group.numbers) == len(maps) else group.numbers
            batch[where, :, top : top + down, left : left + across] = content
        return batch

    def _upload(self, pictures: list[Planes]) -> dict[int, list[torch.Tensor]]:
        """The planes' values on the device, by the picture's identity, in one copy."""
        places: list[tuple[Plane, int]] = []
        size = 0
        for planes in pictures:
            for plane in planes.planes:
                places.append((plane, size))
                if isinstance(plane.values, np.ndarray):
                    size += -(-plane.values.nbytes // _ALIGNMENT) * _ALIGNMENT
        if self._uploaded is not None:
            self._uploaded.synchronize()  # the copy before may still read the staging memory
        if self._staging.numel() < size:
            self._staging = torch.empty(size, dtype=torch.uint8, pin_memory=self._stream is not None)
        lines = self._staging.numpy()
        for plane, begin in places:
            if isinstance(plane.values, np.ndarray):
                flat = lines[begin : begin + plane.values.nbytes]
                np.copyto(flat.view(plane.values.dtype).reshape(plane.values.shape), plane.values)
        there = self._staging[:size].to(self.device, non_blocking=self._stream is not None, copy=True)
        if self._uploaded is not None:
            self._uploaded.record(self._stream)
        values = iter([_on_device(plane, begin, there, self.device) for plane, begin in places])
        return {id(planes): [next(values) for _ in planes.planes] for planes in pictures}

    def _content(self, group: _Group, uploaded: dict[int, list[torch.Tensor]]) -> torch.Tensor:
        first, count = group.sources[0], len(group.maps)
        scaled = []
        for number, plane in enumerate(first.planes):
            values = torch.stack([uploaded[id(source)][number] for source in group.sources])
            stored = values.permute(0, 3, 1, 2).to(torch.float32)
            if values.dtype == torch.int16:  # uint16 in disguise: not every device computes with that
                stored = stored.remainder_(65536)
            grid = self._grid(tuple(group.maps), plane)
            scaled.append(
                grid_sample(stored.expand(count, -1, -1, -1), grid, padding_mode="border", align_corners=False)
            )
        matrices = np.stack([source.matrix for source in group.sources])
        weights = self._sent(matrices).expand(count, -1, -1)[..., None, None]
        rgb = weights[:, :, -1]
        for at, (number, channel) in enumerate(first.places):
            rgb = torch.addcmul(rgb, weights[:, :, at], scaled[number][:, channel : channel + 1])
        rgb = rgb.clamp(0, 255) if first.mapping is None else _tone_mapped(rgb, first.mapping)
        orientation = group.maps[0].orientation
        if orientation.mirrored:
            rgb = rgb.flip(-1)
        upright = torch.rot90(rgb, -orientation.turns_cw, (-2, -1))
        return self._ordered(upright) * self._factor + self._offset

    def _ordered(self, rgb: torch.Tensor) -> torch.Tensor:
        """The channels that the network takes."""
        if self._order == "gray":
            return torch.stack([rgb[:, at] * weight for at, weight in enumerate(GRAY)]).sum(0)[:, None]
        return rgb.flip(1) if self._order == "bgr" else rgb

    def _sent(self, values: NDArray[np.float32]) -> torch.Tensor:
        """On the device; nothing waits for it there but what is queued after it."""
        tensor = torch.from_numpy(values)
        if self._stream is None:
            return tensor.to(self.device)
        return tensor.pin_memory().to(self.device, non_blocking=True)

    def _grid(self, maps: tuple[InputMap, ...], plane: Plane) -> torch.Tensor:
        """Where grid_sample is to look: (maps, height, width, 2) from -1 to 1."""
        key = maps, plane.size, plane.span, plane.shift
        if key not in self._axes:  # kept, as pictures come in rows alike
            if len(self._axes) >= MOST_AXES:
                self._axes.clear()
            axes = zip(*[_axes(plane, at) for at in maps], strict=True)
            across, down = (self._sent(np.stack(each)) for each in axes)
            self._axes[key] = across[:, None, :], down[:, :, None]
        x, y = self._axes[key]
        shape = len(maps), y.shape[1], x.shape[2]
        return torch.stack([x.expand(shape), y.expand(shape)], dim=-1)


def _groups(pictures: Sequence[Planes], maps: Sequence[InputMap]) -> list[_Group]:
    several = len(pictures) > 1 and len({id(planes) for planes in pictures}) < len(pictures)
    groups: dict[object, _Group] = {}
    for number, (planes, at) in enumerate(zip(pictures, maps, strict=True)):
        kind = id(planes) if several else (planes.places, planes.mapping, *map(_kind, planes.planes))
        group = groups.setdefault((kind, at.content, at.orientation), _Group([], [], []))
        if not several or not group.sources:
            group.sources.append(planes)
        group.numbers.append(number)
        group.maps.append(at)
    return list(groups.values())


def _kind(plane: Plane) -> tuple[object, ...]:
    return tuple(plane.values.shape), str(plane.values.dtype), plane.span, plane.shift


def _on_device(plane: Plane, begin: int, there: torch.Tensor, device: torch.device) -> torch.Tensor:
    if not isinstance(plane.values, np.ndarray):  # a device decoded it
        values: torch.Tensor = plane.values
        values = values.view(torch.int16) if values.dtype == torch.uint16 else values
        return values.to(device)
    kind = torch.int16 if plane.values.dtype == np.uint16 else torch.uint8
    return there[begin : begin + plane.values.nbytes].view(kind).view(plane.values.shape)


def _axes(plane: Plane, at: InputMap) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where the content's columns and rows lie in the plane, from -1 to 1 between its borders."""
    axes = zip(sampling(plane, at), seen(plane, at), at.coded_size, plane.size, strict=True)
    found = [
        ((2 * (step * np.arange(count) + first).clip(*limits) + 1) / side - 1).astype(np.float32)
        for (step, first), limits, count, side in axes
    ]
    return found[0], found[1]


def _tone_mapped(rgb: torch.Tensor, mapping: Mapping) -> torch.Tensor:
    """Levels of 0 to 255 on the screen."""
    at_home = rgb.device.type in ("cpu", "cuda")  # others cannot look up in three dimensions
    given = rgb if at_home else rgb.cpu()
    table = _tone_table(mapping, str(given.device))
    places = (given / 127.5 - 1).clamp(-1, 1).permute(0, 2, 3, 1)[:, None]
    light = grid_sample(table.expand(len(given), -1, -1, -1, -1), places, padding_mode="border", align_corners=True)
    return ((light[:, :, 0].clamp(0, 1) ** (1 / GAMMA)) * 255).to(rgb.device)


@lru_cache(maxsize=4)
def _tone_table(mapping: Mapping, device: str) -> torch.Tensor:
    """(1, 3, blue, green, red): the screen's light, as far beyond 0 to 1 as only clips."""
    axis = np.linspace(0, 1, TONE_NODES)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    light = to_light_709(np.stack([red, green, blue]).reshape(3, -1).T, mapping).clip(-0.3, 1.3)
    table = light.T.reshape(1, 3, TONE_NODES, TONE_NODES, TONE_NODES).astype(np.float32)
    return torch.from_numpy(np.ascontiguousarray(table)).to(device)
