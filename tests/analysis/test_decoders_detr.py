"""DETR and RT-DETR as transformers has them: small networks with random weights, read by its own post-processing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.decoders import make_decoder
from player.analysis.detections import RAW_FLOOR, Detections
from tests.helpers.libraries import need_library, need_torch

torch: Any = need_torch()
transformers: Any = need_library("transformers")

WIDTH, HEIGHT = 128, 96
LABELS = 7


def outputs_of(network: Any) -> Any:
    """Of two pictures of noise. Untrained, all queries say much the same: what they say is shaken."""
    torch.manual_seed(3)
    with torch.inference_mode():
        outputs = network.eval()(torch.randn(2, 3, HEIGHT, WIDTH))
        outputs.logits.add_(3 * torch.randn(outputs.logits.shape))
        outputs.pred_boxes.logit_().add_(torch.randn(outputs.pred_boxes.shape)).sigmoid_()
    return outputs


def resnet(kind: Any, **more: Any) -> Any:
    return kind(embedding_size=8, hidden_sizes=[8, 16, 16, 16], depths=[1, 1, 1, 1], layer_type="basic", **more)


@pytest.fixture(scope="module")
def rtdetr() -> Any:
    torch.manual_seed(1)
    backbone = resnet(transformers.RTDetrResNetConfig, out_features=["stage2", "stage3", "stage4"])
    config = transformers.RTDetrConfig(
        backbone_config=backbone, encoder_in_channels=[16, 16, 16], encoder_hidden_dim=16, encoder_ffn_dim=16,
        encoder_attention_heads=2, d_model=16, decoder_in_channels=[16, 16, 16], decoder_ffn_dim=16, decoder_layers=1,
        decoder_attention_heads=2, num_queries=40, num_labels=LABELS, num_denoising=0,
    )  # fmt: skip
    return outputs_of(transformers.RTDetrForObjectDetection(config))


@pytest.fixture(scope="module")
def detr() -> Any:
    torch.manual_seed(2)
    config = transformers.DetrConfig(
        use_timm_backbone=False, use_pretrained_backbone=False, backbone=None,
        backbone_config=resnet(transformers.ResNetConfig, out_features=["stage4"]), d_model=16,
        encoder_layers=1, decoder_layers=1, encoder_ffn_dim=16, decoder_ffn_dim=16,
        encoder_attention_heads=2, decoder_attention_heads=2, num_queries=40, num_labels=LABELS,
    )  # fmt: skip
    return outputs_of(transformers.DetrForObjectDetection(config))


def arrays(outputs: Any) -> dict[str, NDArray[np.float32]]:
    return {"logits": outputs.logits.numpy(), "pred_boxes": outputs.pred_boxes.numpy()}


def assert_same(found: list[Detections], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected) == 2
    for ours, theirs in zip(found, expected, strict=True):
        order = np.argsort(-theirs["scores"].numpy(), kind="stable")
        assert len(ours) == len(order) > 5
        np.testing.assert_allclose(ours.confidence, theirs["scores"].numpy()[order], atol=1e-6)
        np.testing.assert_allclose(ours.xyxy, theirs["boxes"].numpy()[order], atol=1e-3)
        assert ours.class_id.tolist() == theirs["labels"].numpy()[order].tolist()
        assert len(set(ours.class_id.tolist())) > 2


def test_rtdetr(rtdetr: Any) -> None:
    from transformers.models.rt_detr.image_processing_pil_rt_detr import RTDetrImageProcessorPil

    expected = RTDetrImageProcessorPil().post_process_object_detection(
        rtdetr, threshold=RAW_FLOOR, target_sizes=[(HEIGHT, WIDTH)] * 2
    )
    decoder = make_decoder("rtdetr", {}, LABELS)
    assert_same(decoder.decode(arrays(rtdetr), (WIDTH, HEIGHT)), expected)
    assert not decoder.suppress


def test_rtdetr_may_give_several_classes_to_one_query(rtdetr: Any) -> None:
    [first, _] = make_decoder("rtdetr", {}, None).decode(arrays(rtdetr), (WIDTH, HEIGHT))
    assert len({tuple(box) for box in first.xyxy.tolist()}) < len(first) == 40


def test_detr(detr: Any) -> None:
    from transformers.models.detr.image_processing_pil_detr import DetrImageProcessorPil

    expected = DetrImageProcessorPil().post_process_object_detection(
        detr, threshold=RAW_FLOOR, target_sizes=[(HEIGHT, WIDTH)] * 2
    )
    decoder = make_decoder("detr", {}, LABELS)
    assert_same(decoder.decode(arrays(detr), (WIDTH, HEIGHT)), expected)
    assert not decoder.suppress


def test_outputs_of_other_names_are_told_by_their_shape(detr: Any) -> None:
    named = arrays(detr)
    [found, _] = make_decoder("detr", {}, LABELS).decode(named, (WIDTH, HEIGHT))
    other = {"737": named["pred_boxes"], "701": named["logits"]}
    [again, _] = make_decoder("detr", {}, LABELS).decode(other, (WIDTH, HEIGHT))
    np.testing.assert_array_equal(found.xyxy, again.xyxy)
    np.testing.assert_array_equal(found.confidence, again.confidence)
