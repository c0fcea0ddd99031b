"""Things that stand somewhere: shapes, rulers, scribbles, houses, lights. None of them is a letter."""

from __future__ import annotations

import cv2
import numpy as np

from player.training.text.painting import Colours, Size, clouds, colour, floats, gradient, plain


def shapes(rng: np.random.Generator, size: Size) -> Colours:
    """Rectangles, discs, arrows, lines, stars, arcs: what a chart, a set of icons or a machine has."""
    picture = plain(rng, size) if rng.random() < 0.6 else clouds(rng, size)
    for _ in range(int(rng.integers(3, 40))):
        _draw_shape(rng, picture, float(np.exp(rng.uniform(np.log(4), np.log(max(size) / 2)))))
    return picture


def _draw_shape(rng: np.random.Generator, picture: Colours, extent: float) -> None:
    height, width = picture.shape[:2]
    at = np.array([rng.uniform(0, width), rng.uniform(0, height)])
    paint, thick = colour(rng).tolist(), int(rng.choice([-1, -1, 1, 2, 3, max(1, int(extent / 6))]))
    kind, middle = int(rng.integers(7)), (int(at[0]), int(at[1]))
    half = np.maximum(rng.uniform(0.2, 1, 2) * extent / 2, 1)
    if kind == 0:
        first, second = at - half, at + half
        cv2.rectangle(picture, tuple(first.astype(int).tolist()), tuple(second.astype(int).tolist()), paint, thick)
    elif kind == 1:
        cv2.circle(picture, middle, int(half[0]), paint, thick, cv2.LINE_AA)
    elif kind == 2:
        cv2.line(picture, middle, tuple((at + rng.normal(0, extent, 2)).astype(int).tolist()), paint, max(1, thick))
    elif kind == 3:
        turn = rng.uniform(0, 360)
        cv2.ellipse(
            picture,
            middle,
            tuple(half.astype(int).tolist()),
            turn,
            0,
            rng.uniform(60, 360),
            paint,
            max(1, thick),
            cv2.LINE_AA,
        )
    elif kind == 4:
        end = tuple((at + rng.choice([[1, 0], [-1, 0], [0, 1], [0, -1]]) * extent).astype(int).tolist())
        cv2.arrowedLine(picture, middle, end, paint, max(1, abs(thick)), cv2.LINE_AA, 0, rng.uniform(0.2, 0.5))
    else:
        corners = int(rng.integers(3, 11))
        turns = np.sort(rng.uniform(0, 2 * np.pi, corners)) if kind == 5 else np.arange(corners) / corners * 2 * np.pi
        reach = np.where(np.arange(corners) % 2, rng.uniform(0.3, 1), 1)
        points = at + np.stack((np.cos(turns), np.sin(turns)), 1) * (reach * extent / 2)[:, None]
        cv2.fillPoly(picture, [points.astype(np.int32)], paint, cv2.LINE_AA)


def marks(rng: np.random.Generator, size: Size) -> Colours:
    """Rulers, dotted rings, rows of lamps or buttons, bar codes: regular like a line of text, and none."""
    picture = plain(rng, size) if rng.random() < 0.5 else gradient(rng, size)
    for _ in range(int(rng.integers(1, 7))):
        paint, extent = colour(rng).tolist(), float(np.exp(rng.uniform(np.log(2), np.log(20))))
        count, kind = int(rng.integers(4, 50)), int(rng.integers(4))
        at = np.array([rng.uniform(0, size[0]), rng.uniform(0, size[1])])
        step = extent * rng.uniform(1.3, 4)
        turn = float(rng.choice([0, 0, np.pi / 2, rng.uniform(0, np.pi)]))
        along = np.array([np.cos(turn), np.sin(turn)])
        if rng.random() < 0.3:  # on a ring
            angles = np.arange(count) / count * 2 * np.pi
            points = at + np.stack((np.cos(angles), np.sin(angles)), 1) * step * count / 2 / np.pi
        else:
            points = at + np.arange(count)[:, None] * step * along
        across = np.array([-along[1], along[0]])
        for number, point in enumerate(points):
            if kind == 0:
                cv2.circle(picture, tuple(point.astype(int).tolist()), max(1, int(extent / 2)), paint, -1, cv2.LINE_AA)
            elif kind == 1:
                length = extent * (2 if number % 5 == 0 else 1.2)
                cv2.line(
                    picture,
                    tuple(point.astype(int).tolist()),
                    tuple((point + across * length).astype(int).tolist()),
                    paint,
                    max(1, int(extent / 5)),
                )
            elif kind == 2:
                first, second = point - extent / 2, point + extent / 2
                cv2.rectangle(
                    picture,
                    tuple(first.astype(int).tolist()),
                    tuple(second.astype(int).tolist()),
                    paint,
                    int(rng.choice([-1, 1])),
                )
            else:
                length, thick = extent * 6, max(1, int(rng.uniform(0.1, 0.9) * step))
                cv2.line(
                    picture,
                    tuple(point.astype(int).tolist()),
                    tuple((point + across * length).astype(int).tolist()),
                    paint,
                    thick,
                )
    return picture


def curls(rng: np.random.Generator, size: Size) -> Colours:
    """Scribbles, ornaments, cables, twigs, wrinkles: strokes as thick as letters have them."""
    picture = plain(rng, size) if rng.random() < 0.4 else clouds(rng, size)
    paint, thick = colour(rng), int(rng.integers(1, 9))
    reach = float(np.exp(rng.uniform(np.log(8), np.log(80))))
    for _ in range(int(rng.integers(2, 40))):
        turns = np.cumsum(rng.normal(rng.normal(0, 0.35), 0.3, 24)) + rng.uniform(0, 2 * np.pi)
        steps = np.stack((np.cos(turns), np.sin(turns)), 1) * reach / 6
        points = np.array([rng.uniform(0, size[0]), rng.uniform(0, size[1])]) + np.cumsum(steps, 0)
        shade = paint if rng.random() < 0.7 else colour(rng)
        cv2.polylines(picture, [points.astype(np.int32)], False, shade.tolist(), thick, cv2.LINE_AA)
    return picture


def town(rng: np.random.Generator, size: Size) -> Colours:
    """Sky, houses with windows, a street: boxes with rows of boxes in them."""
    picture = gradient(rng, size)
    width, height = size
    for _ in range(int(rng.integers(2, 8))):
        left, wide = int(rng.uniform(-0.1, 0.9) * width), int(rng.uniform(0.1, 0.5) * width)
        top = int(rng.uniform(0.05, 0.7) * height)
        cv2.rectangle(picture, (left, top), (left + wide, height), colour(rng).tolist(), -1)
        step, paint = int(rng.integers(8, 40)), colour(rng).tolist()
        w, h = int(step * rng.uniform(0.3, 0.8)), int(step * rng.uniform(0.3, 0.9))
        for y in range(top + step // 3, height - h, int(step * rng.uniform(1, 1.6))):
            for x in range(left + step // 3, left + wide - w, step):
                if rng.random() < 0.85:
                    cv2.rectangle(picture, (x, y), (x + w, y + h), paint, -1)
    return picture


def figures(rng: np.random.Generator, size: Size) -> Colours:
    """Soft blobs with darker parts in them, as heads, hands and fruit look out of focus."""
    picture = clouds(rng, size)
    for _ in range(int(rng.integers(1, 8))):
        at, extent = rng.uniform(0, 1, 2) * size, float(rng.uniform(10, max(size) / 2))
        base = colour(rng)
        for share, shade in ((1, 1.0), (0.6, 1.2), (0.25, 0.5), (0.2, 0.6)):
            move = rng.normal(0, extent * 0.3 * (share < 1), 2)
            axes = tuple(np.maximum(rng.uniform(0.5, 1, 2) * extent * share / 2, 1).astype(int).tolist())
            cv2.ellipse(
                picture,
                tuple((at + move).astype(int).tolist()),
                axes,
                rng.uniform(0, 180),
                0,
                360,
                (base * shade).tolist(),
                -1,
                cv2.LINE_AA,
            )
    return floats(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 4))))


def lights(rng: np.random.Generator, size: Size) -> Colours:
    """A dark hall or street with small lights."""
    picture = plain(rng, size) * np.float32(0.25)
    for _ in range(int(rng.integers(20, 250))):
        at = (int(rng.uniform(0, size[0])), int(rng.uniform(0, size[1])))
        cv2.circle(
            picture, at, int(rng.choice([0, 1, 1, 2, int(rng.integers(1, 12))])), colour(rng).tolist(), -1, cv2.LINE_AA
        )
    return picture
