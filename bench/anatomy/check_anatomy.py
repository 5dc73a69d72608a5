"""Check anatomy.json, samples.json and views/: run it, it fails loudly.

Reads the files as a browser would (nothing is imported from the generator).
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HERE = Path(__file__).resolve().parents[2] / "treatments" / "content" / "anatomy"
MUST_SEE = {
    "face_front": [
        "forehead",
        "glabella",
        "nose_dorsum",
        "nose_tip",
        "chin",
        "upper_lip",
        "lower_lip",
        "vermilion",
        "cheek_left",
        "cheek_right",
        "infraorbital_left",
        "infraorbital_right",
        "nasolabial_left",
        "nasolabial_right",
        "marionette_left",
        "marionette_right",
        "cheek_lower_left",
        "cheek_lower_right",
        "lateral_canthus_left",
        "lateral_canthus_right",
    ],
    "face_left_45": [
        "forehead",
        "temple_left",
        "cheek_left",
        "cheek_lower_left",
        "preauricular_left",
        "jawline_left",
        "lateral_canthus_left",
        "nasolabial_left",
        "infraorbital_left",
        "marionette_left",
        "neck_lateral_left",
    ],
    "face_left_90": [
        "temple_left",
        "preauricular_left",
        "jawline_left",
        "ear_left",
        "scalp_temporal_left",
        "scalp_parietal_left",
        "neck_lateral_left",
        "scalp_frontal",
    ],
    "face_submental": ["submental", "jawline_left", "jawline_right", "neck_anterior"],
    "scalp_top": ["scalp_frontal", "scalp_vertex", "scalp_parietal_left", "scalp_parietal_right"],
    "scalp_back": ["scalp_occipital", "neck_posterior"],
    "neck_decollete": ["decollete", "neck_anterior", "neck_lateral_left", "neck_lateral_right"],
    "hand_left_dorsal": ["hand_dorsal_left", "fingers_left"],
    "body_front": [
        "upper_abdomen",
        "lower_abdomen",
        "thigh_anterior_left",
        "thigh_medial_left",
        "upper_arm_left",
        "forearm_left",
        "knee_left",
        "flank_left",
        "shoulder_left",
    ],
    "body_back": ["upper_back", "lower_back", "buttock_left", "thigh_posterior_left", "calf_left", "flank_left"],
}


class Map:
    """The decoded file."""

    def __init__(self, path: Path) -> None:
        self.raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        steps = np.array(self.raw["vertices"]).reshape(-1, 3)
        self.vertices: Ints = np.cumsum(steps, axis=0)
        self.triangles: Ints = np.cumsum(self.raw["triangles"]).reshape(-1, 3)
        self.zones: list[dict[str, Any]] = self.raw["zones"]
        self.views: list[dict[str, Any]] = self.raw["views"]
        self.by_id = {z["id"]: z for z in self.zones}
        self.corners: Floats = self.vertices[self.triangles].astype(float)

    def zone_of(self) -> Ints:
        """Triangle -> zone number."""
        out = np.full(len(self.triangles), -1)
        for number, zone in enumerate(self.zones):
            part = slice(zone["first"], zone["first"] + zone["count"])
            assert (out[part] == -1).all(), f"{zone['id']} overlaps another zone"
            out[part] = number
        return out

    def areas(self) -> Floats:
        """Triangle areas in square centimetres."""
        a, b, c = self.corners.transpose(1, 0, 2)
        return np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2 / 1e4


def check_zones(m: Map) -> None:
    """Every triangle has exactly one zone; ids and areas are right."""
    zone = m.zone_of()
    assert (zone >= 0).all(), "a triangle without a zone"
    assert len(m.by_id) == len(m.zones), "zone ids repeat"
    area = np.bincount(zone, m.areas(), len(m.zones))
    for number, item in enumerate(m.zones):
        assert item["count"] > 0, f"{item['id']} is empty"
        assert abs(area[number] - item["area_cm2"]) < 0.02, item["id"]
    assert m.triangles.max() == len(m.vertices) - 1
    assert m.triangles.min() == 0


def check_symmetry(m: Map) -> None:
    """Pairs match in triangle count and area to 2 %; sides are the client's."""
    for item in m.zones:
        part = m.corners[item["first"] : item["first"] + item["count"]]
        x = part.mean(axis=1)[:, 0]
        if item["side"] == "left":
            other = m.by_id[item["id"].removesuffix("_left") + "_right"]
            for key in ("count", "area_cm2"):
                assert abs(item[key] / other[key] - 1) <= 0.02, (item["id"], key)
            assert (x > 0).all(), item["id"]
        elif item["side"] == "right":
            assert (x < 0).all(), item["id"]
        else:
            left, right = (x > 0).sum(), (x < 0).sum()
            assert abs(left - right) <= 0.02 * max(left, right) + 1, item["id"]


def check_face_area(m: Map) -> float:
    """The face from hairline to under the chin, without the ears."""
    total = sum(z["area_cm2"] for z in m.zones if z["group"] == "face" and not z["id"].startswith("ear_"))
    assert 350 <= total <= 450, total
    return float(total)


def project(view: dict[str, Any], points: Floats) -> tuple[Floats, Floats]:
    """Points (0.1 mm) -> view pixels, and depth towards the viewer (0.1 mm)."""
    turned = (points - view["centre"]) @ np.array(view["rotation"]).reshape(3, 3).T
    scale = view["pixels_per_cm"] / 100
    pixel = np.stack([view["width"] / 2 + turned[:, 0] * scale, view["height"] / 2 - turned[:, 1] * scale], axis=1)
    return pixel, turned[:, 2]


def pick(m: Map, view: dict[str, Any], pixel: Floats) -> tuple[int, Floats, Floats] | None:
    """What a tap hits: (triangle, barycentrics, point), nearest first."""
    flat, depth = project(view, m.vertices.astype(float))
    a, b, c = (flat[m.triangles[:, k]] for k in range(3))
    e1, e2, d = b - a, c - a, pixel - a
    area = e1[:, 0] * e2[:, 1] - e1[:, 1] * e2[:, 0]
    facing = area < 0
    safe = np.where(facing, area, -1.0)
    w1 = (d[:, 0] * e2[:, 1] - d[:, 1] * e2[:, 0]) / safe
    w2 = (d[:, 1] * e1[:, 0] - d[:, 0] * e1[:, 1]) / safe
    hit = np.flatnonzero(facing & (w1 >= 0) & (w2 >= 0) & (w1 + w2 <= 1))
    if not len(hit):
        return None
    w = np.stack([1 - w1 - w2, w1, w2], axis=1)[hit]
    nearest = int(np.argmax((w * depth[m.triangles[hit]]).sum(axis=1)))
    bary, triangle = w[nearest], int(hit[nearest])
    return triangle, bary, bary @ m.corners[triangle]


def check_views(m: Map) -> float:
    """Zones are seen; tapping and projecting back returns to the same place."""
    worst = 0.0
    rng = np.random.default_rng(7)
    views = {v["id"]: v for v in m.views}
    for view in m.views:
        rotation = np.array(view["rotation"]).reshape(3, 3)
        assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6), view["id"]
        assert np.linalg.det(rotation) > 0.999, view["id"]
        size = np.array([view["width"], view["height"]])
        hits = 0
        for pixel in rng.random((400, 2)) * size:
            found = pick(m, view, pixel)
            if found is None:
                continue
            hits += 1
            back, _ = project(view, found[2][None])
            worst = max(worst, float(np.abs(back - pixel).max()) / view["pixels_per_cm"] * 10)
        assert hits > 40, f"{view['id']} shows almost nothing"
    for name, wanted in MUST_SEE.items():
        for view_id in (name, name.replace("left", "right")):
            for zone in wanted:
                side = zone.replace("left", "right") if view_id != name else zone
                assert side in views[view_id]["zones"], f"{view_id} does not show {side}"
    seen = {z for v in m.views for z in v["zones"]}
    hidden = [z["id"] for z in m.zones if z["treatable"] and z["id"] not in seen]
    assert not hidden, f"no view shows {hidden}"
    assert worst < 0.5, worst
    return worst


def check_stored_points(m: Map) -> float:
    """A stored (triangle, barycentric) reappears under its own pixel."""
    worst = 0.0
    rng = np.random.default_rng(11)
    for view in m.views:
        for _ in range(40):
            zone = m.by_id[view["zones"][rng.integers(len(view["zones"]))]]
            triangle = int(zone["first"] + rng.integers(zone["count"]))
            bary = rng.dirichlet([1, 1, 1])
            point = bary @ m.corners[triangle]
            pixel, _ = project(view, point[None])
            found = pick(m, view, pixel[0])
            if found is not None and found[0] == triangle:
                worst = max(worst, float(np.linalg.norm(found[2] - point)) / 10)
    assert worst < 0.5, worst
    return worst


def check_pictures(m: Map, folder: Path) -> float:
    """Where a picture is opaque a tap hits skin: cameras and pictures agree."""
    rng = np.random.default_rng(3)
    worst = 1.0
    for view in m.views:
        alpha = np.asarray(Image.open(folder / view["image"]).convert("RGBA"))[..., 3]
        size = (view["height"] * view["density"], view["width"] * view["density"])
        assert alpha.shape == size, view["id"]
        row, col = np.nonzero(alpha > 200)
        chosen = rng.choice(len(row), 150, replace=False)
        taps = (np.stack([col[chosen], row[chosen]], axis=1) + 0.5) / view["density"]
        worst = min(worst, float(np.mean([pick(m, view, tap) is not None for tap in taps])))
    assert worst >= 0.98, worst
    return worst


def check_samples(m: Map, path: Path) -> int:
    """Samples lie in their zone; the running gaps are true and never grow."""
    data = json.loads(path.read_text(encoding="utf-8"))
    steps, total = data["bary_steps"], 0
    assert set(data["zones"]) == {z["id"] for z in m.zones if z["treatable"]}
    for name, rows in data["zones"].items():
        zone = m.by_id[name]
        local = np.array(rows["triangle"])
        b1, b2, gap = (np.array(rows[k]) for k in ("b1", "b2", "gap"))
        assert ((local >= 0) & (local < zone["count"])).all(), name
        assert ((b1 >= 0) & (b2 >= 0) & (b1 + b2 <= steps)).all(), name
        assert (np.diff(gap) <= 0).all(), name
        w = np.stack([steps - b1 - b2, b1, b2], axis=1) / steps
        points = np.einsum("ij,ijk->ik", w, m.corners[zone["first"] + local])
        for k in {1, 2, 5, 20, len(points) // 2, len(points) - 1} & set(range(1, len(points))):
            near = np.linalg.norm(points[:k] - points[k], axis=1).min()
            assert near >= gap[k] - 0.01, (name, k, near, gap[k])
        total += len(points)
    return total


def check_files(folder: Path) -> list[str]:
    """Sizes and transparency of what ships."""
    lines = []
    for name, raw_limit, packed_limit in (("anatomy.json", 600_000, 200_000), ("samples.json", 2_000_000, 400_000)):
        body = (folder / name).read_bytes()
        packed = len(gzip.compress(body, 9))
        assert len(body) < raw_limit, (name, len(body))
        assert packed < packed_limit, (name, packed)
        lines.append(f"{name}: {len(body):,} bytes, {packed:,} gzipped")
    for path in sorted((folder / "views").glob("*.webp")):
        size = path.stat().st_size
        assert size < 120_000, (path.name, size)
        alpha = np.asarray(Image.open(path).convert("RGBA"))[..., 3]
        assert alpha[0].max() == 0, f"{path.name} is cut"
        assert alpha[-1].max() < 40, f"{path.name} is cut"
        lines.append(f"{path.name}: {size:,} bytes")
    return lines


def main() -> None:
    """Run every check and report."""
    m = Map(HERE / "anatomy.json")
    check_zones(m)
    check_symmetry(m)
    face = check_face_area(m)
    tap = check_views(m)
    stored = check_stored_points(m)
    covered = check_pictures(m, HERE)
    samples = check_samples(m, HERE / "samples.json")
    for line in check_files(HERE):
        print(line)
    print(
        f"{len(m.vertices)} vertices, {len(m.triangles)} triangles, {len(m.zones)} zones, "
        f"{len(m.views)} views, {samples} samples"
    )
    print(
        f"face {face:.0f} cm2; round trip: tap {tap:.2g} mm, stored point {stored:.2g} mm; "
        f"opaque pixels that hit skin: {covered:.1%} at worst"
    )
    print("all checks passed")


if __name__ == "__main__":
    main()
