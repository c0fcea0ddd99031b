"""Surfaces that go on and on: fabrics, walls, leaves, wood."""

from __future__ import annotations

import cv2
import numpy as np

from player.training.text.painting import Colours, Size, angle, clouds, colour, floats, mix, noise, places, plain


def stripes(rng: np.random.Generator, size: Size) -> Colours:
    """Blinds, lamellae, fences, shirts."""
    along, across = places(size, angle(rng))
    period, share = float(np.exp(rng.uniform(np.log(3), np.log(60)))), rng.uniform(0.15, 0.85)
    bend = noise(rng, size, max(size) / 2) * rng.choice([0, 0, period, 3 * period])
    is_on = ((along + bend) % period) / period < share
    if rng.random() < 0.25:  # dashes
        is_on &= (across % (period * rng.uniform(1, 6))) < period * rng.uniform(0.5, 3)
    return mix(is_on.astype(np.float32), colour(rng), colour(rng))


def tiles(rng: np.random.Generator, size: Size) -> Colours:
    """Bricks, tiles, chess boards, window fronts: each with its own shade."""
    along, across = places(size, float(rng.choice([0, 0, rng.uniform(-0.4, 0.4)])))
    high = float(np.exp(rng.uniform(np.log(6), np.log(80))))
    wide, gap = high * rng.uniform(0.6, 3), rng.uniform(0, 0.25)
    row = np.floor(across / high)
    along = along + (row % 2) * wide * rng.choice([0, 0.5])
    column = np.floor(along / wide)
    is_gap = (across / high - row < gap) | (along / wide - column < gap * high / wide)
    shades = rng.random((64, 64)).astype(np.float32)
    value = shades[row.astype(int) % 64, column.astype(int) % 64]
    if rng.random() < 0.25:
        value = ((row + column) % 2).astype(np.float32)
    picture = mix(value * rng.uniform(0.2, 1), colour(rng), colour(rng))
    return floats(np.where(is_gap[..., None], colour(rng), picture))


def bars(rng: np.random.Generator, size: Size) -> Colours:
    """Colour bars and a palette's fields."""
    along, across = places(size, angle(rng))
    count = int(rng.integers(3, 12))
    colours = np.stack([colour(rng) for _ in range(count)])
    which = ((along - along.min()) / (float(np.ptp(along)) + 1) * count).astype(int)
    if rng.random() < 0.4:
        rows = int(rng.integers(2, 6))
        which = (which * 7 + (across * rows / (float(np.ptp(across)) + 1)).astype(int) * 3) % count
    return floats(colours[which])


def leaves(rng: np.random.Generator, size: Size) -> Colours:
    """Foliage, gravel, crowds, grass: much fine contrast everywhere."""
    picture = clouds(rng, size)
    fine = noise(rng, size, rng.uniform(1, 5)) + noise(rng, size, rng.uniform(4, 20))
    picture += fine[..., None] * rng.uniform(20, 140) * rng.uniform(0.6, 1.2, 3)
    return floats(picture)


def grass(rng: np.random.Generator, size: Size) -> Colours:
    """Short strokes all over: grass, fur, straw, needles, cracks."""
    picture, base = clouds(rng, size), colour(rng)
    reach, lean = float(np.exp(rng.uniform(np.log(4), np.log(40)))), rng.uniform(0, np.pi)
    thick, spread = int(rng.choice([1, 1, 2, 3])), rng.uniform(0.05, 1.5)
    for _ in range(int(rng.integers(100, 900))):
        turn, length = lean + rng.normal(0, spread), reach * rng.uniform(0.4, 1.2)
        at = np.array([rng.uniform(0, size[0]), rng.uniform(0, size[1])])
        end = at + length * np.array([np.cos(turn), np.sin(turn)])
        paint = (base * rng.uniform(0.4, 1.5)).tolist()
        cv2.line(picture, tuple(at.astype(int).tolist()), tuple(end.astype(int).tolist()), paint, thick, cv2.LINE_AA)
    return picture


def patches(rng: np.random.Generator, size: Size) -> Colours:
    """Camouflage, ivy, ornaments, clothes: two or three colours with sharp, winding borders."""
    picture = plain(rng, size)
    for _ in range(int(rng.integers(1, 4))):
        cell = float(np.exp(rng.uniform(np.log(3), np.log(50))))
        level = noise(rng, size, cell) + noise(rng, size, cell * rng.uniform(2, 4)) * rng.uniform(0, 1)
        edge = rng.uniform(-0.3, 0.5)
        inside = (level > edge) if rng.random() < 0.6 else (np.abs(level - edge) < rng.uniform(0.05, 0.2))
        picture = floats(np.where(inside[..., None], colour(rng), picture))
    return picture


def cells(rng: np.random.Generator, size: Size) -> Colours:
    """Giraffe, cobbles, cracked mud."""
    count = int(rng.integers(12, 120))
    seeds = rng.random((count, 2)) * size
    y, x = np.mgrid[: size[1] : 2, : size[0] : 2]
    apart = (x[..., None] - seeds[:, 0]) ** 2 + (y[..., None] - seeds[:, 1]) ** 2
    nearest = np.sqrt(np.partition(apart, 1, axis=-1)[..., :2])
    edge = cv2.resize((nearest[..., 1] - nearest[..., 0]).astype(np.float32), size)
    which = cv2.resize(apart.argmin(-1).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    picture = mix(rng.random(256).astype(np.float32)[which], colour(rng), colour(rng))
    return floats(np.where((edge < rng.uniform(1, 6))[..., None], colour(rng), picture))


def rings(rng: np.random.Generator, size: Size) -> Colours:
    """Wood, marble, ripples."""
    x, y = places(size)
    far = np.hypot((x - rng.uniform(0, size[0])) * rng.uniform(0.2, 1), y - rng.uniform(-1, 2) * size[1])
    far += noise(rng, size, max(size) / 3) * rng.uniform(0, 40)
    return mix(np.sin(far / rng.uniform(2, 12)) / 2 + 0.5, colour(rng), colour(rng))


def weave(rng: np.random.Generator, size: Size) -> Colours:
    """Tartan, wicker, mesh."""
    along, across = places(size, rng.uniform(-0.8, 0.8))
    period = rng.uniform(4, 30)
    over = np.sin(along * 2 * np.pi / period) * np.sin(across * 2 * np.pi / (period * rng.uniform(0.5, 2)))
    return mix(over / 2 + 0.5, colour(rng), colour(rng))


def rays(rng: np.random.Generator, size: Size) -> Colours:
    """A fan, a flower, a rising sun."""
    x, y = places(size)
    turn = np.arctan2(y - rng.uniform(0, size[1]), x - rng.uniform(0, size[0]))
    return mix(np.sin(turn * int(rng.integers(5, 60))) * rng.uniform(0.5, 4) + 0.5, colour(rng), colour(rng))
