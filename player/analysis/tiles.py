"""Large pictures in overlapping tiles, so that the network sees every pixel, and one box of what their borders cut.

A box that ends at a tile's inner border is perhaps a part. Where two tiles overlap they see the same pixels: two boxes
of one class that cover the same of these are one thing. Of such boxes one that no border cut stands for all; where all
are cut, their hull does. Besides the tiles the network sees the picture as a whole, for what is too large to lie in a
tile for certain; of all else the tiles know better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from player.analysis.boxes import areas, paired_ious
from player.analysis.card import InputSpec
from player.analysis.detections import RAW_LIMIT, Detections, no_detections
from player.analysis.input_map import Region
from player.analysis.nms import nms
from player.records import Orientation

OVERLAP = 0.2
"""Of a tile's side, at least."""
USUAL_SIDE = 640
"""Of the tiles for networks that take any size."""
AT_BORDER = 0.02
"""A box that comes so near to a border, in tile sides, is taken to be cut by it."""
SURELY_WHOLE = OVERLAP - 2 * AT_BORDER
"""Of a tile's sides: what is no larger lies in one of the tiles, uncut."""
SAME_PART = 0.6
"""Of two boxes' parts that both tiles see, the smaller one has so much of it in the other: one thing."""

Boxes = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in one tile, in coded pixels."""

    region: Region
    found: Detections


def tile_regions(region: Region, tile: tuple[int, int]) -> tuple[Region, ...]:
    """Tiles of one size that cover the region, spread evenly; the region alone where it is no larger than one."""
    x, y, width, height = region
    columns, rows = _places(width, tile[0]), _places(height, tile[1])
    wide, high = min(width, tile[0]), min(height, tile[1])
    return tuple((x + left, y + top, wide, high) for top in rows for left in columns)


def tile_size(spec: InputSpec, tile: int, orientation: Orientation, sample_aspect: Fraction) -> tuple[int, int]:
    """Coded width and height of tiles that are `tile` square pixels wide when upright and shaped like the input.

    For 0 they are as wide as the input.
    """
    across, down = spec.width or spec.height or USUAL_SIDE, spec.height or spec.width or USUAL_SIDE
    wide = tile or across
    width, height = float(wide), wide * down / across
    if orientation.swaps_axes:
        width, height = height, width
    if sample_aspect >= 1:
        width /= float(sample_aspect)
    else:
        height *= float(sample_aspect)
    return max(1, round(width)), max(1, round(height))


def merge(parts: Sequence[Part], region: Region, iou: float, *, suppress: bool) -> Detections:
    """What was found in the region, each thing once: surest first, at most RAW_LIMIT.

    Each tile's boxes are thinned out before by `iou` where `suppress` says that they still are to be.
    """
    thinned = [Part(part.region, _thinned(part.found, iou) if suppress else part.found) for part in parts]
    boxes = _joined(thinned)
    if not len(boxes):
        return boxes
    tile_of = np.repeat(np.arange(len(thinned)), [len(part.found) for part in thinned])
    tiles = np.array([_xyxy(part.region) for part in thinned], np.float32)
    order = np.argsort(-boxes.confidence, kind="stable")
    order = order[~_is_tiles_own(boxes.xyxy[order], tiles[tile_of[order]], tiles)][: 2 * RAW_LIMIT]
    boxes, tile_of = boxes.take(order), tile_of[order]
    cut = _is_cut(boxes.xyxy, tiles[tile_of], np.array(_xyxy(region), np.float32))

    # of doubles the nearer view's place is the better one
    whole, pieces = np.flatnonzero(~cut), np.flatnonzero(cut)
    whole = whole[np.argsort(areas(tiles[tile_of[whole]]), kind="stable")]
    doubled = _doubled(boxes, tile_of, whole, iou)
    confidence = boxes.confidence.copy()
    confidence[whole] = (confidence[whole] * (doubled | np.eye(len(whole), dtype=np.bool_))).max(axis=1, initial=0)
    whole = whole[_firsts(doubled)]

    pieces = pieces[~_same(boxes, tile_of, tiles, pieces, whole).any(axis=1)]
    groups = _groups(_same(boxes, tile_of, tiles, pieces, pieces))
    hulls = boxes.xyxy.copy()
    masks = None if boxes.masks is None else boxes.masks.copy()
    for members in (pieces[group] for group in groups if len(group) > 1):
        first = members[0]
        hulls[first, :2] = boxes.xyxy[members, :2].min(axis=0)
        hulls[first, 2:] = boxes.xyxy[members, 2:].max(axis=0)
        if masks is not None:
            masks[first] = _joined_mask(boxes.take(members), hulls[first])
    kept = np.concatenate([whole, [pieces[group[0]] for group in groups]]).astype(np.intp)
    kept = kept[np.lexsort((kept, -confidence[kept]))][:RAW_LIMIT]
    chosen = boxes.take(kept)
    return Detections(
        hulls[kept],
        confidence[kept],
        chosen.class_id,
        landmarks=chosen.landmarks,
        masks=None if masks is None else masks[kept],
    )


def _places(side: int, tile: int) -> list[int]:
    if tile >= side:
        return [0]
    steps = int(np.ceil((side - tile) / (tile * (1 - OVERLAP))))
    return [round(at * (side - tile) / steps) for at in range(steps + 1)]


def _thinned(found: Detections, iou: float) -> Detections:
    return found.take(nms(found.xyxy, found.confidence, found.class_id, iou))


def _joined(parts: Sequence[Part]) -> Detections:
    found = [part.found for part in parts if len(part.found)]
    if not found:
        return no_detections()
    landmarks = [each.landmarks for each in found if each.landmarks is not None]
    masks = [each.masks for each in found if each.masks is not None]
    return Detections(
        np.concatenate([each.xyxy for each in found]),
        np.concatenate([each.confidence for each in found]),
        np.concatenate([each.class_id for each in found]),
        landmarks=np.concatenate(landmarks) if landmarks else None,
        masks=np.concatenate(masks) if masks else None,
    )


def _joined_mask(parts: Detections, hull: Boxes) -> NDArray[np.bool_]:
    """(h, w): what any of the parts' masks covers of the hull."""
    assert parts.masks is not None
    high, wide = parts.masks.shape[1:]
    joined = np.zeros((high, wide), np.bool_)
    middles = [(np.arange(count) + 0.5) / count for count in (wide, high)]
    x, y = (hull[axis] + (hull[axis + 2] - hull[axis]) * middles[axis] for axis in (0, 1))
    for box, mask in zip(parts.xyxy, parts.masks, strict=True):
        columns = np.floor((x - box[0]) / (box[2] - box[0]) * wide).astype(int)
        rows = np.floor((y - box[1]) / (box[3] - box[1]) * high).astype(int)
        inside = np.ix_((rows >= 0) & (rows < high), (columns >= 0) & (columns < wide))
        joined[inside] |= mask[rows.clip(0, high - 1)][:, columns.clip(0, wide - 1)][inside]
    return joined


def _xyxy(region: Region) -> tuple[int, int, int, int]:
    x, y, width, height = region
    return x, y, x + width, y + height


def _is_cut(boxes: Boxes, tiles: Boxes, region: Boxes) -> NDArray[np.bool_]:
    """(n,): which box comes to a border of its tile that is not the region's too."""
    near = AT_BORDER * (tiles[:, 2:] - tiles[:, :2])
    before = (boxes[:, :2] < tiles[:, :2] + near) & (tiles[:, :2] > region[:2])
    behind = (boxes[:, 2:] > tiles[:, 2:] - near) & (tiles[:, 2:] < region[2:])
    sides: NDArray[np.bool_] = before | behind
    return sides[:, 0] | sides[:, 1]


def _is_tiles_own(boxes: Boxes, seen_in: Boxes, tiles: Boxes) -> NDArray[np.bool_]:
    """(n,): found in a view larger than the tiles although the tiles see it better."""
    smallest = tiles[np.argmin(areas(tiles))]
    larger = areas(seen_in) > areas(smallest)
    small: NDArray[np.bool_] = (boxes[:, 2:] - boxes[:, :2] <= SURELY_WHOLE * (smallest[2:] - smallest[:2])).min(axis=1)
    return small & larger


def _may_be_one(
    boxes: Detections, tile_of: NDArray[np.intp], one: NDArray[np.intp], other: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """(n, m): of one class, not seen apart by one tile, and not beside each other."""
    first, second = boxes.xyxy[one].T[:, :, None], boxes.xyxy[other].T
    joined: NDArray[np.bool_] = boxes.class_id[one][:, None] == boxes.class_id[other]
    joined &= tile_of[one][:, None] != tile_of[other]
    for low, high in ((0, 2), (1, 3)):
        joined &= (first[low] < second[high]) & (second[low] < first[high])
    return joined


def _doubled(boxes: Detections, tile_of: NDArray[np.intp], of: NDArray[np.intp], iou: float) -> NDArray[np.bool_]:
    """(n, n): seen by two tiles."""
    found = _may_be_one(boxes, tile_of, of, of)
    rows, columns = np.nonzero(found)
    found[rows, columns] = paired_ious(boxes.xyxy[of[rows]], boxes.xyxy[of[columns]]) > iou
    return found


def _same(
    boxes: Detections, tile_of: NDArray[np.intp], tiles: Boxes, one: NDArray[np.intp], other: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """(n, m): cover the same of what both tiles see."""
    found = _may_be_one(boxes, tile_of, one, other)
    rows, columns = np.nonzero(found)
    first, second = one[rows], other[columns]
    seen = _shared(tiles[tile_of[first]], tiles[tile_of[second]])
    first_seen, second_seen = _shared(boxes.xyxy[first], seen), _shared(boxes.xyxy[second], seen)
    smaller = np.minimum(areas(first_seen), areas(second_seen))
    found[rows, columns] = (smaller > 0) & (areas(_shared(first_seen, second_seen)) >= SAME_PART * smaller)
    return found


def _shared(one: Boxes, other: Boxes) -> Boxes:
    """(n, 4): what the first two have in common, the second two ..."""
    return np.concatenate([np.maximum(one[:, :2], other[:, :2]), np.minimum(one[:, 2:], other[:, 2:])], axis=1)


def _firsts(doubled: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The places that stay when each in turn, unless it went before, sends away its doubles."""
    stays = np.ones(len(doubled), np.bool_)
    for place in range(len(doubled)):
        if stays[place]:
            stays[place + 1 :] &= ~doubled[place, place + 1 :]
    return np.flatnonzero(stays)


def _groups(joined: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The places that hang together, each group with its first place first."""
    left = np.ones(len(joined), np.bool_)
    groups = []
    for place in range(len(joined)):
        if not left[place]:
            continue
        group = np.zeros(len(joined), np.bool_)
        fresh = group.copy()
        fresh[place] = True
        while fresh.any():
            group |= fresh
            fresh = joined[fresh].any(axis=0) & ~group
        left &= ~group
        groups.append(np.flatnonzero(group))
    return groups
