"""A small vectorised software rasteriser (orthographic, numpy only)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BUCKETS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256)
_CHUNK = 3_000_000


@dataclass
class GBuffer:
    """Per-pixel winner: triangle index (-1 = empty) and barycentrics."""

    triangle: NDArray[np.int32]
    bary: NDArray[np.float32]
    depth: NDArray[np.float32]

    def mask(self) -> NDArray[np.bool_]:
        """Covered pixels."""
        return self.triangle >= 0

    def interpolate(self, corner_values: Floats, triangles: Ints) -> NDArray[np.float32]:
        """Vertex data -> one row per covered pixel."""
        m = self.mask()
        corners = triangles[self.triangle[m]]
        weights = self.bary[m]
        values = corner_values.astype(np.float32)
        out = values[corners[:, 0]] * weights[:, :1]
        out += values[corners[:, 1]] * weights[:, 1:2]
        out += values[corners[:, 2]] * weights[:, 2:3]
        return out

    def interpolate_corners(self, per_corner: Floats) -> NDArray[np.float32]:
        """Per-triangle-corner data (n, 3, k) -> one row per covered pixel."""
        m = self.mask()
        values = per_corner.astype(np.float32)[self.triangle[m]]
        return np.einsum("ij,ijk->ik", self.bary[m], values)


def rasterize(  # noqa: PLR0917
    screen: Floats, depth: Floats, triangles: Ints, width: int, height: int, both_sides: bool = False
) -> GBuffer:
    """Draw triangles given in pixels (y down); larger depth is nearer."""
    zbuf = np.full(width * height, -np.inf, np.float32)
    owner = np.full(width * height, -1, np.int32)
    bary = np.zeros((width * height, 3), np.float32)
    p = screen[triangles]
    e1, e2 = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    area = e1[:, 0] * e2[:, 1] - e1[:, 1] * e2[:, 0]
    low = np.floor(p.min(axis=1)).astype(int)
    high = np.ceil(p.max(axis=1)).astype(int)
    visible = (np.abs(area) > 1e-9) if both_sides else (area < -1e-9)
    visible &= (high[:, 0] >= 0) & (high[:, 1] >= 0)
    visible &= (low[:, 0] < width) & (low[:, 1] < height)
    size = (high - low + 1).max(axis=1)
    previous = 0
    for bucket in (*_BUCKETS, int(size.max(initial=1))):
        chosen = np.flatnonzero(visible & (size > previous) & (size <= bucket))
        previous = max(previous, bucket)
        step = max(1, _CHUNK // (bucket * bucket))
        for start in range(0, len(chosen), step):
            _draw(
                chosen[start : start + step], bucket, p, depth, triangles, area, low, width, height, zbuf, owner, bary
            )
    shape = (height, width)
    return GBuffer(owner.reshape(shape), bary.reshape(*shape, 3), zbuf.reshape(shape))


def _draw(  # noqa: PLR0917
    ids: Ints,
    bucket: int,
    p: Floats,
    depth: Floats,
    triangles: Ints,
    area: Floats,
    low: Ints,
    width: int,
    height: int,
    zbuf: NDArray[np.float32],
    owner: NDArray[np.int32],
    bary: NDArray[np.float32],
) -> None:
    """Rasterise one chunk of triangles whose boxes fit bucket x bucket pixels."""
    oy, ox = np.divmod(np.arange(bucket * bucket), bucket)
    px = low[ids, 0][:, None] + ox[None, :]
    py = low[ids, 1][:, None] + oy[None, :]
    t = p[ids]
    inv = 1.0 / area[ids]
    x, y = px + 0.5, py + 0.5
    x0, y0 = t[:, 0, 0][:, None], t[:, 0, 1][:, None]
    ax, ay = (t[:, 1] - t[:, 0]).T
    bx, by = (t[:, 2] - t[:, 0]).T
    dx, dy = x - x0, y - y0
    w1 = (dx * by[:, None] - dy * bx[:, None]) * inv[:, None]
    w2 = (dy * ax[:, None] - dx * ay[:, None]) * inv[:, None]
    w0 = 1.0 - w1 - w2
    eps = -1e-6
    inside = (w0 >= eps) & (w1 >= eps) & (w2 >= eps)
    inside &= (px >= 0) & (py >= 0) & (px < width) & (py < height)
    row, col = np.nonzero(inside)
    pixel = py[row, col] * width + px[row, col]
    tri = ids[row]
    w = np.stack([w0[row, col], w1[row, col], w2[row, col]], axis=1).astype(np.float32)
    z = (depth[triangles[tri]] * w).sum(axis=1).astype(np.float32)
    np.maximum.at(zbuf, pixel, z)
    won = z >= zbuf[pixel]
    owner[pixel[won]] = tri[won]
    bary[pixel[won]] = w[won]
