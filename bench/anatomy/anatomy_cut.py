"""Cut a triangle mesh along zone borders so that every triangle has one zone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from anatomy_zones import Surface
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Labeller = Callable[[Surface], Ints]

_STEPS = 10
_MARGIN = 0.06


def cut_by_label(triangles: Ints, surface: Surface, label: Labeller) -> tuple[Surface, Ints, Ints, Ints]:
    """Split triangles whose corners disagree.

    Returns the enlarged surface, the triangles, their labels and the index of the
    triangle each came from.  New vertices sit on shared edges, so the mesh stays
    watertight.
    """
    at_vertex = label(surface)
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    edges, inverse = np.unique(pairs, axis=0, return_inverse=True)
    edge_of = inverse.reshape(3, -1).T
    split = at_vertex[edges[:, 0]] != at_vertex[edges[:, 1]]
    t = _crossings(edges[split], surface, at_vertex, label)
    count = len(surface.point)
    new_index = np.full(len(edges), -1)
    new_index[split] = count + np.arange(split.sum())
    extra = surface.lerp(edges[split, 0], edges[split, 1], t)
    return _assemble(triangles, edge_of, new_index, at_vertex, surface, extra)


def _crossings(edges: Ints, surface: Surface, at_vertex: Ints, label: Labeller) -> Floats:
    """Where along each edge the first corner's label ends (bisection)."""
    low, high = np.zeros(len(edges)), np.ones(len(edges))
    first = at_vertex[edges[:, 0]]
    for _ in range(_STEPS):
        middle = (low + high) / 2
        same = label(surface.lerp(edges[:, 0], edges[:, 1], middle)) == first
        low = np.where(same, middle, low)
        high = np.where(same, high, middle)
    return np.clip((low + high) / 2, _MARGIN, 1 - _MARGIN)


def _assemble(  # noqa: PLR0917
    triangles: Ints, edge_of: Ints, new_index: Ints, at_vertex: Ints, surface: Surface, extra: Surface
) -> tuple[Surface, Ints, Ints, Ints]:
    """Emit the pieces of every triangle."""
    pieces: list[tuple[int, int, int]] = []
    labels: list[int] = []
    parents: list[int] = []
    centres: list[Ints] = []
    base = len(surface.point) + len(extra.point)
    for index, (tri, edge) in enumerate(zip(triangles, edge_of, strict=True)):
        corner = [int(v) for v in tri]
        cut = [int(new_index[e]) for e in edge]
        names = [int(at_vertex[v]) for v in corner]
        number = sum(c >= 0 for c in cut)
        if number == 3:
            hub = base + len(centres)
            centres.append(tri)
            made = _three_way(corner, cut, names, hub)
        elif number == 2:
            made = _two_way(corner, cut, names)
        else:
            made = [(corner[0], corner[1], corner[2], names[0])]
        for a, b, c, name in made:
            pieces.append((a, b, c))
            labels.append(name)
            parents.append(index)
    whole = _join(surface, extra, np.array(centres, dtype=int).reshape(-1, 3))
    return whole, np.array(pieces), np.array(labels), np.array(parents)


def _two_way(corner: list[int], cut: list[int], names: list[int]) -> list[tuple[int, int, int, int]]:
    """One corner differs from the other two: a tip and a quad."""
    lone = next(k for k in range(3) if cut[k] >= 0 and cut[k - 1] >= 0)
    a, b, c = (corner[(lone + k) % 3] for k in range(3))
    ab, ca = cut[lone], cut[lone - 1]
    other = names[(lone + 1) % 3]
    return [(a, ab, ca, names[lone]), (ab, b, c, other), (ab, c, ca, other)]


def _three_way(corner: list[int], cut: list[int], names: list[int], hub: int) -> list[tuple[int, int, int, int]]:
    """Three labels meet: two triangles per corner around a new centre."""
    made = []
    for k in range(3):
        made.append((corner[k], cut[k], hub, names[k]))
        made.append((corner[k], hub, cut[k - 1], names[k]))
    return made


def _join(surface: Surface, extra: Surface, centres: Ints) -> Surface:
    """Old vertices, edge cuts and triangle centres, in that order."""

    def hubs(values: Floats) -> Floats:
        return values[centres].mean(axis=1) if len(centres) else values[:0]

    return Surface(
        np.concatenate([surface.point, extra.point, hubs(surface.point)]),
        np.concatenate([surface.normal, extra.normal, hubs(surface.normal)]),
        {k: np.concatenate([v, extra.fields[k], hubs(v)]) for k, v in surface.fields.items()},
    )
