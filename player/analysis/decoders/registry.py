"""The decoders by the names that model cards use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from player.analysis.decoders.decoder import Decoder
from player.analysis.decoders.detr import Detr, RtDetr
from player.analysis.decoders.grids import FastestDet, YoloX, YuNet
from player.analysis.decoders.parameters import Parameters
from player.analysis.decoders.ssd import Rfb, SsdHeads, SsdOutput
from player.analysis.decoders.text_map import TextMap
from player.analysis.decoders.triples import Triples
from player.analysis.decoders.yolo import YoloNms, YoloV5, YoloV8
from player.errors import ModelError


def _yolov7(parameters: Parameters) -> Decoder:
    return YoloV5(parameters, is_v7=True)


def _ssd(parameters: Parameters) -> Decoder:
    return SsdHeads(parameters) if "feature_maps" in parameters else SsdOutput(parameters)


_MAKERS: Mapping[str, Callable[[Parameters], Decoder]] = {
    "yolov5": YoloV5,
    "yolov7": _yolov7,
    "yolov8": YoloV8,
    "yolo-nms": YoloNms,
    "yolox": YoloX,
    "ssd": _ssd,
    "detr": Detr,
    "rtdetr": RtDetr,
    "torchvision": Triples,
    "fastestdet": FastestDet,
    "yunet": YuNet,
    "rfb": Rfb,
    "text-map": TextMap,
}
_OTHER_NAMES = {"yolo11": "yolov8"}

DECODERS = (*_MAKERS, *_OTHER_NAMES)
"""Every name `make_decoder` knows."""


def make_decoder(name: str, parameters: Mapping[str, object], labels: int | None) -> Decoder:
    """The decoder a card names, with the card's other keys under `output`; `labels` is how many labels it lists.

    Raises ModelError that names the unknown decoder, the missing key or the unknown one.
    """
    maker = _MAKERS.get(_OTHER_NAMES.get(name, name))
    if maker is None:
        raise ModelError(f"There is no decoder {name}; there are {', '.join(DECODERS)}.")
    read = Parameters(name, parameters, labels)
    decoder = maker(read)
    read.finish()
    return decoder
