"""Occlusion, procedural noise and lighting shared by the charts and the photos."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from anatomy_raster import rasterize
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

_PRIMES = (np.uint32(0x8DA6B343), np.uint32(0xD8163841), np.uint32(0xCB1AB31F))


def fibonacci_directions(count: int) -> Floats:
    """Evenly spread unit vectors."""
    i = np.arange(count) + 0.5
    y = 1 - 2 * i / count
    r = np.sqrt(1 - y * y)
    turn = np.pi * (3 - np.sqrt(5)) * i
    return np.stack([r * np.cos(turn), y, r * np.sin(turn)], axis=1)


def look_along(direction: Floats) -> Floats:
    """Rotation whose third row points to the viewer at `direction`."""
    helper = np.array([0.0, 1.0, 0.0]) if abs(direction[1]) < 0.9 else np.array([1.0, 0, 0])
    right = np.cross(helper, direction)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(direction, right), direction])


def openness(  # noqa: PLR0917
    vertices: Floats,
    normals: Floats,
    triangles: Ints,
    chosen: Ints,
    pixels_per_unit: float,
    bias: float,
    directions: int,
) -> Floats:
    """Cosine-weighted share of the sky each chosen vertex sees (0 to 1).

    One depth map per direction; a vertex is lit when nothing lies in front.
    """
    corners = vertices[np.unique(triangles)]
    centre = (corners.max(axis=0) + corners.min(axis=0)) / 2
    radius = np.linalg.norm(corners - centre, axis=1).max()
    size = int(2 * radius * pixels_per_unit) + 4
    seen = np.zeros(len(chosen))
    total = np.zeros(len(chosen))
    start = vertices[chosen] + normals[chosen] * bias
    for direction in fibonacci_directions(directions):
        frame = look_along(direction)
        cosine = normals[chosen] @ direction
        p = (vertices - centre) @ frame.T
        screen = np.stack([size / 2 + p[:, 0] * pixels_per_unit, size / 2 - p[:, 1] * pixels_per_unit], axis=1)
        depth = rasterize(screen, p[:, 2], triangles, size, size).depth
        q = (start - centre) @ frame.T
        col = np.clip((size / 2 + q[:, 0] * pixels_per_unit).astype(int), 0, size - 1)
        row = np.clip((size / 2 - q[:, 1] * pixels_per_unit).astype(int), 0, size - 1)
        lit = q[:, 2] + bias >= depth[row, col]
        weight = np.maximum(cosine, 0.0)
        seen += weight * lit
        total += weight
    return seen / np.maximum(total, 1e-9)


def relax(values: Floats, edges: Ints, rounds: int) -> Floats:
    """Smooth vertex data along mesh edges."""
    count = len(values)
    degree = np.bincount(edges.ravel(), minlength=count)
    for _ in range(rounds):
        near = np.bincount(edges[:, 0], values[edges[:, 1]], count) + np.bincount(
            edges[:, 1], values[edges[:, 0]], count
        )
        mean = near / np.maximum(degree, 1)
        values = np.where(degree > 0, (values + mean) / 2, values)
    return values


def mirror_of(points: Floats) -> Ints:
    """Index of every vertex's mirror image across x = 0."""
    return cKDTree(points).query(points * np.array([-1.0, 1.0, 1.0]))[1]


def smoothstep(low: float, high: float, x: Singles) -> Singles:
    """Cubic ramp from 0 at low to 1 at high."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def value_noise(points: Singles, scale: float, seed: int) -> Singles:
    """Smooth lattice noise in 0..1 at 3-D points (scale = cells per unit)."""
    p = points.astype(np.float32) * np.float32(scale)
    cell = np.floor(p)
    f = p - cell
    f = f * f * (3 - 2 * f)
    i = cell.astype(np.int32)
    steps = [[(_lattice(i[:, k] + d, k), f[:, k] if d else 1 - f[:, k]) for d in (0, 1)] for k in range(3)]
    salt = np.uint32((seed * 0x9E3779B1) & 0xFFFFFFFF)
    out = np.zeros(len(p), np.float32)
    for hx, wx in steps[0]:
        for hy, wy in steps[1]:
            hxy, wxy = hx ^ hy ^ salt, wx * wy
            for hz, wz in steps[2]:
                out += wxy * wz * _hash01(hxy ^ hz)
    return out


def _lattice(cell: NDArray[np.int32], axis: int) -> NDArray[np.uint32]:
    """One axis's share of a lattice point's hash."""
    return cell.astype(np.uint32) * _PRIMES[axis]


def _hash01(h: NDArray[np.uint32]) -> Singles:
    """Scramble to a repeatable number in 0..1."""
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x2C1B3C6D)
    h ^= h >> np.uint32(12)
    h *= np.uint32(0x297A2D39)
    h ^= h >> np.uint32(15)
    return (h >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24)


def fractal_noise(points: Singles, scale: float, octaves: int, seed: int) -> Singles:
    """Sum of octaves of value noise, normalised to about 0..1."""
    total = np.zeros(len(points), np.float32)
    weight, norm = 1.0, 0.0
    for k in range(octaves):
        total += weight * value_noise(points, scale * 2.03**k, seed + k)
        norm += weight
        weight *= 0.5
    return total / np.float32(norm)


def to_linear(srgb: Sequence[float]) -> Singles:
    """8-bit sRGB colour -> linear light."""
    c = np.asarray(srgb, np.float32) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_srgb(linear: Singles) -> Singles:
    """Linear light -> sRGB in 0..1."""
    c = np.clip(linear, 0, 1)
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055)


def unit(vector: Sequence[float]) -> Singles:
    """Normalise a direction."""
    v = np.asarray(vector, np.float32)
    return v / np.linalg.norm(v)


def wrapped(normal: Singles, light: Singles, wrap: Singles) -> Singles:
    """Diffuse term per channel; a larger wrap bleeds light past the terminator."""
    cosine = (normal @ light)[:, None]
    return np.clip((cosine + wrap) / (1 + wrap), 0, None) ** 1.25


def highlight(normal: Singles, light: Singles, power: float) -> Singles:
    """Blinn highlight for a viewer on +z."""
    half = light + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    return np.clip(normal @ half, 0, 1) ** power
