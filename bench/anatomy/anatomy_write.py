"""Turn the zoned surface into the data files a browser reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from anatomy_mesh import UNIT_TENTHS_MM, triangle_areas
from anatomy_raster import rasterize
from anatomy_views import DENSITY, View
from anatomy_zones import Kind
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FINE_GROUPS = {"face", "scalp", "neck", "decollete", "hands"}
FINE_GAP, COARSE_GAP = 40.0, 100.0
"""Smallest sample spacing in tenths of a millimetre."""
BARY_STEPS = 255
NO_GAP = 100_000
HIDDEN = 0.15
"""Openness below which unseen skin counts as lining rather than surface."""


@dataclass(frozen=True)
class Zone:
    """One named zone, a run of consecutive triangles."""

    id: str
    label: str
    side: str
    group: str
    treatable: bool


@dataclass
class Anatomy:
    """Integer vertices (tenths of a millimetre), triangles and their zones."""

    vertices: Ints
    triangles: Ints
    zone_of: Ints
    zones: list[Zone]

    @classmethod
    def from_pieces(cls, points: Floats, pieces: Ints, kinds: Ints, table: Sequence[Kind]) -> Anatomy:
        """Split paired kinds by the sign of x and list the zones in table order."""
        zones: list[Zone] = []
        zone_of = np.full(len(pieces), -1)
        middle = points[pieces].mean(axis=1)[:, 0]
        for index, kind in enumerate(table):
            mine = kinds == index
            for side, where in _sides(kind, mine, middle):
                suffix = "" if side == "midline" else f"_{side}"
                label = kind.label if side == "midline" else f"{kind.label}, {side}"
                zone_of[where] = len(zones)
                zones.append(Zone(kind.key + suffix, label, side, kind.group, kind.treatable))
        vertices = np.round(points * UNIT_TENTHS_MM).astype(np.int64)
        return cls(vertices, pieces, zone_of, zones)

    def areas(self) -> Floats:
        """Area of every zone in square centimetres."""
        each = triangle_areas(self.vertices.astype(float), self.triangles) / 1e4
        return np.bincount(self.zone_of, each, len(self.zones))

    def runs(self) -> list[tuple[int, int]]:
        """(first triangle, count) of every zone; triangles are sorted by zone."""
        count = np.bincount(self.zone_of, minlength=len(self.zones))
        first = np.concatenate([[0], np.cumsum(count)[:-1]])
        return [(int(f), int(c)) for f, c in zip(first, count, strict=True)]


def _sides(kind: Kind, mine: NDArray[np.bool_], middle: Floats) -> list[tuple[str, NDArray[np.bool_]]]:
    """The zone's halves with their triangles."""
    if not kind.paired:
        return [("midline", mine)]
    return [("left", mine & (middle > 0)), ("right", mine & (middle <= 0))]


def owners(anatomy: Anatomy, view: View, density: float) -> NDArray[np.int32]:
    """Triangle seen at every pixel of a view."""
    screen, depth = view.project(anatomy.vertices / UNIT_TENTHS_MM, density)
    return rasterize(
        screen, depth, anatomy.triangles, round(view.width * density), round(view.height * density)
    ).triangle


def keep_needed(anatomy: Anatomy, views: list[View], sky: Floats) -> Anatomy:
    """Keep what some view shows, and treatable skin that sees some sky.

    `sky` is each triangle's openness; nasal and oral linings have next to none.
    The second half of the triangles mirrors the first, and stays its mirror.
    """
    treatable = np.array([z.treatable for z in anatomy.zones])
    keep = treatable[anatomy.zone_of] & (sky > HIDDEN)
    for view in views:
        seen = np.unique(owners(anatomy, view, 1.5))
        keep[seen[seen >= 0]] = True
    keep &= ~_degenerate(anatomy)
    half = len(keep) // 2
    keep = np.tile(keep[:half] | keep[half:], 2)
    order = np.flatnonzero(keep)
    order = order[np.argsort(anatomy.zone_of[order], kind="stable")]
    triangles = anatomy.triangles[order]
    first_use = np.unique(triangles.ravel(), return_index=True)
    ranked = first_use[0][np.argsort(first_use[1])]
    number = np.full(len(anatomy.vertices), -1)
    number[ranked] = np.arange(len(ranked))
    return Anatomy(anatomy.vertices[ranked], number[triangles], anatomy.zone_of[order], anatomy.zones)


def _degenerate(anatomy: Anatomy) -> NDArray[np.bool_]:
    """Triangles that vanish when coordinates are rounded."""
    return triangle_areas(anatomy.vertices.astype(float), anatomy.triangles) < 0.25


def delta(values: NDArray[np.integer[Any]]) -> list[int]:
    """Flat list of differences along the first axis."""
    zero = np.zeros_like(values[:1])
    return [int(v) for v in np.diff(values, axis=0, prepend=zero).ravel()]


def view_zones(anatomy: Anatomy, view: View, alpha: NDArray[np.uint8] | None) -> list[str]:
    """Zones with at least a quarter square centimetre in plain sight."""
    seen = owners(anatomy, view, 1.0)
    shown = seen >= 0
    if alpha is not None:
        shown &= alpha[::DENSITY, ::DENSITY] > 110
    count = np.bincount(anatomy.zone_of[seen[shown]], minlength=len(anatomy.zones))
    enough = count > 0.25 * view.pixels_per_cm**2
    return [z.id for z, e in zip(anatomy.zones, enough, strict=True) if e]


def load_alpha(folder: Path, view: View) -> NDArray[np.uint8] | None:
    """Opacity of a rendered view, when it is there."""
    path = folder / "views" / f"{view.id}.webp"
    return np.asarray(Image.open(path).convert("RGBA"))[..., 3] if path.is_file() else None


def write_anatomy(anatomy: Anatomy, views: list[View], path: Path) -> None:
    """Write anatomy.json; see README.md for the reading side."""
    zones = [
        {
            "id": z.id,
            "label": z.label,
            "side": z.side,
            "group": z.group,
            "area_cm2": round(float(area), 2),
            "treatable": z.treatable,
            "first": first,
            "count": count,
        }
        for z, area, (first, count) in zip(anatomy.zones, anatomy.areas(), anatomy.runs(), strict=True)
    ]
    cameras = [
        {
            "id": v.id,
            "label": v.label,
            "image": f"views/{v.id}.webp",
            "density": DENSITY,
            "rotation": [round(float(x), 8) for x in v.rotation.ravel()],
            "centre": [round(float(x) * UNIT_TENTHS_MM, 3) for x in v.centre],
            "pixels_per_cm": v.pixels_per_cm,
            "width": v.width,
            "height": v.height,
            "zones": view_zones(anatomy, v, load_alpha(path.parent, v)),
        }
        for v in views
    ]
    whole = {
        "format": "anatomy-map/1",
        "unit": "0.1 mm",
        "axes": "x client's left, y up, z forward",
        "encoding": "delta",
        "licence": "CC0-1.0 (MakeHuman base mesh)",
        "vertices": delta(anatomy.vertices),
        "triangles": delta(anatomy.triangles.reshape(-1)),
        "zones": zones,
        "views": cameras,
    }
    path.write_text(json.dumps(whole, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


# --- samples ------------------------------------------------------------------


@dataclass
class Candidates:
    """Random points on a zone, with quantised barycentric coordinates."""

    triangle: Ints
    bary: Ints
    point: Floats
    border: Floats


def scatter(anatomy: Anatomy, first: int, count: int, per_cm2: float, rng: np.random.Generator) -> Candidates:
    """Area-uniform candidate points of a zone and their distance to its border."""
    triangles = anatomy.triangles[first : first + count]
    corners = anatomy.vertices[triangles].astype(float)
    area = triangle_areas(anatomy.vertices.astype(float), triangles)
    number = max(64, int(area.sum() / 1e4 * per_cm2))
    chosen = np.sort(rng.choice(count, number, p=area / area.sum()))
    r1, r2 = np.sqrt(rng.random(number)), rng.random(number)
    bary = np.floor(np.stack([r1 * (1 - r2), r1 * r2], axis=1) * BARY_STEPS).astype(int)
    w = np.concatenate([BARY_STEPS - bary.sum(axis=1, keepdims=True), bary], axis=1)
    point = np.einsum("ij,ijk->ik", w / BARY_STEPS, corners[chosen])
    border = cKDTree(_border_points(anatomy, triangles)).query(point)[0]
    return Candidates(chosen, bary, point, border)


def _border_points(anatomy: Anatomy, triangles: Ints) -> Floats:
    """Points every millimetre or so along the zone's open edges."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    edges, uses = np.unique(pairs, axis=0, return_counts=True)
    a, b = (anatomy.vertices[edges[uses == 1, k]].astype(float) for k in (0, 1))
    steps = np.linspace(0, 1, 12)[:, None, None]
    return (a * (1 - steps) + b * steps).reshape(-1, 3)


def progressive(points: Candidates, smallest: float) -> tuple[Ints, Ints]:
    """Farthest-point order that also keeps clear of the border.

    A candidate's score is its distance to the chosen points, capped by 1.6 times
    its distance to the zone's border, so a fill ends about half a spacing inside.
    Returns the order and the running minimum spacing.
    """
    clear = points.border * 1.6
    nearest = np.full(len(points.point), np.inf)
    order, gaps = [int(np.argmax(clear))], [float(NO_GAP)]
    while True:
        step = np.linalg.norm(points.point - points.point[order[-1]], axis=1)
        nearest = np.minimum(nearest, step)
        score = np.minimum(nearest, clear)
        best = int(np.argmax(score))
        if score[best] < smallest:
            break
        order.append(best)
        gaps.append(min(gaps[-1], float(nearest[best])))
    return np.array(order), np.floor(np.array(gaps)).astype(int)


def write_samples(anatomy: Anatomy, path: Path) -> None:
    """Write the progressive fill points of every treatable zone."""
    out: dict[str, dict[str, list[int]]] = {}
    for index, (zone, (first, count)) in enumerate(zip(anatomy.zones, anatomy.runs(), strict=True)):
        if not zone.treatable:
            continue
        fine = zone.group in FINE_GROUPS
        rng = np.random.default_rng(1000 + index)
        points = scatter(anatomy, first, count, 110.0 if fine else 18.0, rng)
        order, gaps = progressive(points, FINE_GAP if fine else COARSE_GAP)
        out[zone.id] = {
            "triangle": [int(t) for t in points.triangle[order]],
            "b1": [int(b) for b in points.bary[order, 0]],
            "b2": [int(b) for b in points.bary[order, 1]],
            "gap": [int(g) for g in gaps],
        }
    whole = {"format": "anatomy-samples/1", "unit": "0.1 mm", "bary_steps": BARY_STEPS, "zones": out}
    path.write_text(json.dumps(whole, separators=(",", ":")) + "\n", encoding="utf-8")


# --- contact sheet ------------------------------------------------------------

TILE = 760
COLUMNS = 4


def zone_colours(zones: list[Zone]) -> NDArray[np.float32]:
    """Soft colours, the two sides of a pair close to each other."""
    bases = [z.id.removesuffix("_left").removesuffix("_right") for z in zones]
    rank = {base: i for i, base in enumerate(dict.fromkeys(bases))}
    colours = np.zeros((len(zones), 3), np.float32)
    for i, (zone, base) in enumerate(zip(zones, bases, strict=True)):
        hue = rank[base] * 0.381966 % 1.0
        wave = np.cos((hue + np.array([0, 1 / 3, 2 / 3])) * 2 * np.pi) * 0.5 + 0.5
        tone = 0.62 + 0.38 * wave if zone.treatable else np.full(3, 0.72)
        colours[i] = tone * (0.95 if zone.side == "right" else 1.0)
    return colours


def preview_tile(anatomy: Anatomy, view: View, folder: Path, colours: NDArray[np.float32]) -> Image.Image:
    """One view, tinted and labelled."""
    picture = Image.open(folder / "views" / f"{view.id}.webp").convert("RGBA")
    base = np.asarray(picture, np.float32) / 255
    seen = owners(anatomy, view, DENSITY)
    zone = np.where(seen >= 0, anatomy.zone_of[np.maximum(seen, 0)], -1)
    light = base[..., :3].mean(axis=2, keepdims=True) ** 0.9 * 1.12
    tint = colours[np.maximum(zone, 0)]
    border = np.zeros(zone.shape, bool)
    border[1:] |= zone[1:] != zone[:-1]
    border[:, 1:] |= zone[:, 1:] != zone[:, :-1]
    border &= zone >= 0
    mixed = np.where((zone >= 0)[..., None], light * tint, base[..., :3])
    mixed[border] *= 0.72
    alpha = base[..., 3:]
    flat = mixed * alpha + (1 - alpha)
    tile = Image.fromarray(np.round(np.clip(flat, 0, 1) * 255).astype(np.uint8))
    scale = min(TILE / tile.width, TILE * 1.3 / tile.height)
    tile = tile.resize((round(tile.width * scale), round(tile.height * scale)), Image.Resampling.LANCZOS)
    _label(tile, anatomy, zone, alpha[..., 0] > 0.4, scale, view)
    return tile


def _label(  # noqa: PLR0917
    tile: Image.Image, anatomy: Anatomy, zone: NDArray[np.int64], shown: NDArray[np.bool_], scale: float, view: View
) -> None:
    """Write zone names at the middle of what is seen of each."""
    pen = ImageDraw.Draw(tile)
    small, large = ImageFont.load_default(11), ImageFont.load_default(18)
    for index, item in enumerate(anatomy.zones):
        row, col = np.nonzero((zone == index) & shown)
        if len(row) < 500:
            continue
        middle = np.argmin(np.hypot(row - row.mean(), col - col.mean()))
        at = (col[middle] * scale, row[middle] * scale)
        text = item.id.replace("_left", " L").replace("_right", " R").replace("_", " ")
        pen.text(at, text, fill=(30, 34, 44), font=small, anchor="mm", stroke_width=2, stroke_fill=(255, 255, 255))
    pen.text((8, 6), view.id, fill=(70, 78, 92), font=large)


def write_preview(anatomy: Anatomy, views: list[View], folder: Path) -> None:
    """Contact sheet of all views with their zones."""
    colours = zone_colours(anatomy.zones)
    tiles = [preview_tile(anatomy, v, folder, colours) for v in views]
    rows = [tiles[i : i + COLUMNS] for i in range(0, len(tiles), COLUMNS)]
    height = sum(max(t.height for t in row) + 16 for row in rows)
    sheet = Image.new("RGB", (COLUMNS * (TILE + 16), height), "white")
    top = 0
    for row in rows:
        for k, tile in enumerate(row):
            sheet.paste(tile, (k * (TILE + 16) + (TILE - tile.width) // 2, top))
        top += max(t.height for t in row) + 16
    sheet.quantize(256).save(folder / "zones_preview.png", optimize=True)
