"""From a network's output to boxes: one decoder for each way networks write them down. numpy alone."""

from player.analysis.decoders.decoder import Decoder
from player.analysis.decoders.guess import guess_decoder
from player.analysis.decoders.registry import DECODERS, make_decoder

__all__ = ["DECODERS", "Decoder", "guess_decoder", "make_decoder"]
