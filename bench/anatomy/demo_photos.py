"""Render synthetic 'before' and 'after' clinical photographs for tests and demos.

    python demo_photos.py [--wheel PATH] --out FOLDER [--phototype 3]
                          [--views front,left45,left90,scalp] [--seed 1] [--scale 1.0]

No person is depicted: the face is the neutral CC0 mannequin with procedural skin.
Pose, exposure and white balance differ slightly between the two photographs, so
they need aligning; six fixed naevi are there to align by.  Fine lines, pigment
spots and redness fade from before to after; in the scalp view thin hair fills in.
The EXIF block holds an orientation, an invented camera and an invented position at
sea, so that stripping can be tested.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from anatomy_mesh import find_data
from anatomy_shade import fractal_noise, highlight, smoothstep, to_linear, to_srgb, unit, value_noise, wrapped
from anatomy_views import Pixels, Scene, View, brow_mask, draw, mix, mouth_corner, paint_eye, turned
from anatomy_zones import Landmarks, face_chart, hairline_offset
from build_anatomy import Workshop
from numpy.typing import NDArray
from photo_exif import exif_block
from PIL import Image

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Line = list[tuple[float, float]]

WIDTH, HEIGHT = 3000, 4000
UNITS_PER_DEGREE = 0.0166
"""Arc length of one degree of azimuth on the face, near enough."""

PHOTOTYPES = {
    1: (246, 214, 197),
    2: (236, 197, 174),
    3: (219, 172, 143),
    4: (186, 135, 103),
    5: (138, 94, 70),
    6: (92, 62, 50),
}
ANGLES = {"front": 0.0, "left45": -45.0, "right45": 45.0, "left90": -90.0, "right90": 90.0, "scalp": 0.0}


@dataclass(frozen=True)
class Phase:
    """What differs between the two photographs."""

    name: str
    severity: float
    yaw: float
    pitch: float
    roll: float
    zoom: float
    shift: tuple[float, float]
    exposure: float
    balance: tuple[float, float, float]
    orientation: int
    taken: str


PHASES = (
    Phase("before", 1.0, 1.6, 1.2, 0.9, 1.0, (0.03, -0.02), 1.0, (1.0, 1.0, 1.0), 1, "2025:01:14 10:02:31"),
    Phase("after", 0.36, -1.4, -0.8, -1.1, 1.035, (-0.04, 0.03), 1.07, (0.985, 1.0, 1.03), 6, "2025:04:22 15:41:08"),
)

# Creases in the face chart: (azimuth, height) of the reference head, width, depth.
CREASES: tuple[tuple[Line, float, float], ...] = (
    ([(-27, 7.47), (-14, 7.505), (0, 7.485), (13, 7.505), (26, 7.47)], 0.008, 0.70),
    ([(-25, 7.565), (-12, 7.60), (0, 7.585), (12, 7.60), (24, 7.56)], 0.009, 0.85),
    ([(-20, 7.665), (-8, 7.69), (6, 7.685), (19, 7.66)], 0.008, 0.55),
    ([(2.2, 7.20), (2.8, 7.27), (2.3, 7.36)], 0.008, 0.80),
    ([(-2.2, 7.20), (-3.0, 7.28), (-2.5, 7.35)], 0.008, 0.70),
)
PAIRED_CREASES: tuple[tuple[Line, float, float], ...] = (
    ([(28.5, 7.165), (34, 7.21), (39, 7.245)], 0.006, 0.60),
    ([(28.8, 7.145), (35, 7.155), (41, 7.165)], 0.006, 0.65),
    ([(28.5, 7.125), (34, 7.09), (39, 7.055)], 0.006, 0.60),
    ([(27.8, 7.105), (32, 7.055), (35.5, 7.00)], 0.006, 0.45),
    ([(10.5, 7.06), (14, 7.015), (19, 7.00), (24, 7.02)], 0.008, 0.45),
    ([(11.5, 7.035), (16, 6.985), (21, 6.975)], 0.009, 0.40),
    ([(10.6, 6.815), (12.2, 6.73), (13.9, 6.64), (15.4, 6.55)], 0.021, 0.95),
    ([(13.6, 6.46), (14.6, 6.39), (15.0, 6.31)], 0.016, 0.70),
)


def camera(angle: str, phase: Phase, scene: Scene, scale: float) -> View:
    """The clinical view with this phase's small pose error."""
    eye = scene.marks.joints["l-eye"][1]
    pitch = 62.0 if angle == "scalp" else phase.pitch
    a = np.radians(phase.roll)
    roll = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    centre = np.array([phase.shift[0], eye - 0.22 + phase.shift[1], 0.5])
    if angle == "scalp":
        centre[1] = eye + 0.1
    return View(
        f"{angle}_{phase.name}",
        angle,
        roll @ turned(ANGLES[angle] + phase.yaw, pitch),
        centre,
        100.0 * phase.zoom * scale,
        round(WIDTH * scale),
        round(HEIGHT * scale),
    )


class Skin:
    """Procedural skin over the covered pixels of one photograph."""

    def __init__(self, scene: Scene, px: Pixels, phototype: int, phase: Phase, seed: int) -> None:
        self.scene, self.px, self.phase, self.seed = scene, px, phase, seed
        self.marks: Landmarks = scene.marks
        azimuth, height = face_chart(px.point.astype(np.float64), self.marks)
        self.azimuth = (azimuth * np.sign(px.point[:, 0])).astype(np.float32)
        self.height = height.astype(np.float32)
        self.front = px.point[:, 2] > self.marks.axis_depth + 0.15
        self.base = to_linear(PHOTOTYPES[phototype])
        self.darkness = (phototype - 1) / 5.0
        self.eye = px.eyeball > 0.5
        self.lips = smoothstep(0.15, 0.85, scene.sample("lips", px.uv))
        self.hair = self._hair()

    def _hair(self) -> Singles:
        """Density of cropped hair over the scalp."""
        offset = hairline_offset(self.px.point.astype(np.float64), self.marks)
        grain = fractal_noise(self.px.point, 24.0, 2, self.seed)
        edge = smoothstep(-0.05, 0.15, offset.astype(np.float32) + (grain - 0.5) * 0.10)
        ear = self.scene.sample("ears", self.px.uv)
        return edge * (1 - ear) * (self.height > 6.2)

    def thin_hair(self) -> None:
        """Diffuse thinning over the crown, less of it after treatment."""
        p = self.px.point
        crown = np.exp(-((p[:, 0] / 0.40) ** 2)) * smoothstep(7.60, 7.95, self.height)
        patchy = 0.75 + 0.5 * fractal_noise(p, 9.0, 2, self.seed + 30)
        self.hair = self.hair * np.clip(1 - 0.85 * self.phase.severity * crown * patchy, 0, 1)

    def relief(self) -> Singles:
        """Height of the skin's fine structure (arbitrary units, negative = pit)."""
        p = self.px.point
        pores = value_noise(p, 150.0, self.seed + 1)
        fine = value_noise(p, 330.0, self.seed + 2)
        height = -smoothstep(0.60, 0.95, pores) * 0.75 + (fine - 0.5) * 0.55
        height += (value_noise(p, 60.0, self.seed + 3) - 0.5) * 0.5
        smooth = np.maximum(self.lips * 0.4, self.eye)
        return height * (1 - smooth) * (1 - 0.7 * self.hair)

    def creases(self) -> Singles:
        """Depth of the expression lines, 0 to about 1."""
        depth = np.zeros(len(self.height), np.float32)
        wobble = (fractal_noise(self.px.point, 20.0, 2, self.seed + 4) - 0.5) * 0.020
        for line, width, strength in CREASES:
            self._carve(depth, line, width, strength, wobble)
        for line, width, strength in PAIRED_CREASES:
            self._carve(depth, line, width, strength, wobble)
            flipped = [(-a, h) for a, h in line]
            self._carve(depth, flipped, width, strength * 0.92, wobble)
        return depth * self.phase.severity

    def _carve(self, depth: Singles, line: Line, width: float, strength: float, wobble: Singles) -> None:
        """Add one crease, tapering at its ends."""
        azimuths = [q[0] for q in line]
        heights = [q[1] for q in line]
        near = self.front & (self.azimuth > min(azimuths) - 3)
        near &= (self.azimuth < max(azimuths) + 3) & (self.height > min(heights) - 0.05)
        near &= self.height < max(heights) + 0.05
        index = np.flatnonzero(near)
        if not len(index):
            return
        here = np.stack([self.azimuth[index] * UNITS_PER_DEGREE, self.height[index] + wobble[index]], axis=1)
        path = np.array(line, np.float32) * np.array([UNITS_PER_DEGREE, 1], np.float32)
        distance, place = polyline_distance(here, path)
        taper = np.clip(np.minimum(place, 1 - place) * 5, 0, 1)
        value = np.exp(-((distance / width) ** 2)) * taper * strength
        depth[index] = np.maximum(depth[index], value)

    def albedo(self, creases: Singles) -> Singles:
        """Colour of the skin, lips, hair, brows and eyes."""
        p, severity = self.px.point, self.phase.severity
        colour = np.repeat(self.base[None], len(p), axis=0)
        mottle = fractal_noise(p, 5.0, 4, self.seed + 5) - 0.5
        colour = colour * (1 + mottle[:, None] * np.array([0.10, 0.20, 0.24], np.float32))
        blush = self._blush() * (1 - 0.55 * self.darkness)
        red = np.array([1.0, 0.66, 0.66], np.float32)
        patches = smoothstep(0.46, 0.70, fractal_noise(p, 7.0, 3, self.seed + 6))
        amount = blush * (0.28 + severity * (0.30 + 0.75 * patches))
        colour = colour * (1 + (red - 1) * np.clip(amount, 0, 1)[:, None])
        colour = colour * (
            1 - self._under_eye()[:, None] * np.array([0.16, 0.22, 0.18], np.float32) * (0.5 + 0.5 * severity)
        )
        colour = self._spots(colour)
        colour = colour * (1 - creases[:, None] * np.array([0.11, 0.17, 0.18], np.float32))
        lip = self.base * np.array([0.86, 0.54, 0.64], np.float32) + np.float32(0.012)
        colour = mix(colour, lip, self.lips * 0.78)
        pit = mouth_corner(p, self.marks) * 0.85
        colour = colour * (1 - pit[:, None] * np.array([0.55, 0.72, 0.74], np.float32))
        return self._hair_and_eyes(colour)

    def _blush(self) -> Singles:
        """Where blood shows: cheeks, nose, chin and ears."""
        side = np.abs(self.azimuth)
        cheek = np.exp(-(((side - 27) / 13) ** 2) - ((self.height - 6.88) / 0.17) ** 2)
        nose = np.exp(-((side / 8) ** 2) - ((self.height - 6.83) / 0.12) ** 2)
        chin = np.exp(-((side / 9) ** 2) - ((self.height - 6.22) / 0.10) ** 2) * 0.5
        ear = self.scene.sample("ears", self.px.uv) * 0.6
        return np.maximum.reduce([cheek * self.front, nose * self.front, chin * self.front, ear]).astype(np.float32)

    def _under_eye(self) -> Singles:
        """Periorbital shade."""
        side = np.abs(self.azimuth)
        shade = np.exp(-(((side - 17) / 9) ** 2) - ((self.height - 7.03) / 0.055) ** 2)
        return (shade * self.front).astype(np.float32)

    def _spots(self, colour: Singles) -> Singles:
        """Lentigines that fade, and six naevi that stay."""
        rng = np.random.default_rng(self.seed)
        edge = fractal_noise(self.px.point, 55.0, 2, self.seed + 8) - 0.5
        brown = np.array([0.62, 0.44, 0.34], np.float32)
        for k in range(48):
            lasting = k < 6
            azimuth, height = rng.uniform(-58, 58), rng.uniform(6.25, 7.70)
            radius = rng.uniform(0.009, 0.014) if lasting else rng.uniform(0.007, 0.030)
            strength = rng.uniform(0.75, 0.95) if lasting else rng.uniform(0.25, 0.62)
            strength *= 1.0 if lasting else self.phase.severity
            near = np.flatnonzero(
                self.front
                & (np.abs(self.azimuth - azimuth) < 5 + radius / 0.008)
                & (np.abs(self.height - height) < radius * 2.5)
            )
            if not len(near):
                continue
            away = np.hypot((self.azimuth[near] - azimuth) * UNITS_PER_DEGREE, self.height[near] - height)
            amount = smoothstep(radius * 1.25, radius * 0.55, away + edge[near] * radius * 1.3)
            amount = amount * strength * (1 - self.lips[near]) * (1 - self.eye[near])
            colour[near] *= 1 + (brown - 1) * amount[:, None]
        return colour

    def _hair_and_eyes(self, colour: Singles) -> Singles:
        """Cropped hair, brows, irises."""
        dark = to_linear((52, 40, 34))
        p = self.px.point
        strands = 0.55 + 0.45 * smoothstep(0.25, 0.75, value_noise(p, 190.0, self.seed + 9))
        colour = mix(colour, dark, self.hair * strands * 0.80)
        on_face = self.height > 6.0
        brows = np.zeros(len(p), np.float32)
        brows[on_face] = brow_mask(p[on_face], self.marks)
        colour = mix(colour, dark, np.clip(brows * 1.15, 0, 0.92))
        palette = {
            "sclera": to_linear((232, 226, 220)),
            "iris": to_linear((106, 78, 56)),
            "pupil": to_linear((18, 15, 14)),
        }
        colour[self.eye] = paint_eye(p[self.eye], self.marks, palette)
        inside = self.scene.sample("inside-mouth", self.px.uv) * (1 - self.lips)
        colour = mix(colour, to_linear((92, 46, 42)), inside)
        return self._drape(colour)

    def _drape(self, colour: Singles) -> Singles:
        """A plain clinical cape over the shoulders."""
        p = self.px.point
        fold = fractal_noise(p * np.array([1, 0.35, 1], np.float32), 5.0, 3, 77)
        edge = self.marks.joints["neck"][1] - 0.33 + (0.68 - p[:, 2]) * 0.34
        edge = edge + 0.25 * np.abs(p[:, 0])
        self.cloth = smoothstep(0.004, -0.004, p[:, 1] - edge)
        cloth = to_linear((104, 132, 150)) * (0.72 + 0.5 * fold[:, None])
        return colour + (cloth - colour) * self.cloth[:, None]


def polyline_distance(points: Singles, path: Singles) -> tuple[Singles, Singles]:
    """Distance of points to a polyline, and where along it (0..1) the nearest is."""
    best = np.full(len(points), np.inf, np.float32)
    place = np.zeros(len(points), np.float32)
    count = len(path) - 1
    for k in range(count):
        step = path[k + 1] - path[k]
        t = np.clip((points - path[k]) @ step / (step @ step), 0, 1)
        away = np.linalg.norm(points - path[k] - t[:, None] * step, axis=1)
        closer = away < best
        best[closer] = away[closer]
        place[closer] = (k + t[closer]) / count
    return best, place


def bumped(px: Pixels, relief: Singles, scale: float) -> Singles:
    """Tilt normals by the slope of the relief on screen."""
    mask = px.buffer.mask()
    image = np.zeros(mask.shape, np.float32)
    image[mask] = relief
    dy, dx = np.gradient(image)
    tilt = np.stack([-dx[mask], dy[mask], np.zeros(mask.sum(), np.float32)], axis=1)
    flat = np.clip(px.facing[:, 2:3], 0.15, 1)
    normal = px.facing + tilt * scale * flat
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def scattered(light: Singles, px: Pixels, pixels_per_mm: float) -> Singles:
    """Spread light under the skin: red farthest, blue least."""
    mask = px.buffer.mask()
    weight = np.zeros(mask.shape, np.float32)
    weight[mask] = 1
    out = np.empty_like(light)
    for channel, reach in enumerate((1.3, 0.6, 0.35)):
        image = np.zeros(mask.shape, np.float32)
        image[mask] = light[:, channel]
        sigma = reach * pixels_per_mm
        spread = cv2.GaussianBlur(image, (0, 0), sigma)
        norm = cv2.GaussianBlur(weight, (0, 0), sigma)
        out[:, channel] = (spread / np.maximum(norm, 1e-4))[mask]
    return out


def light_skin(skin: Skin, albedo: Singles, creases: Singles, relief: Singles, pixels_per_mm: float) -> Singles:
    """Studio light on skin: scattering, gentle oil shine, wet eyes."""
    px = skin.px
    rough = bumped(px, relief * 0.7 - creases * 2.4, 0.36 * pixels_per_mm / 10)
    sky = np.clip(np.clip(px.open, 0, 1), 0.10, 1)[:, None]
    wrap = np.array([0.32, 0.22, 0.18], np.float32)
    key, side = unit((-0.48, 0.50, 0.72)), unit((0.74, 0.20, 0.55))
    direct = wrapped(rough, key, wrap) * 0.92 * np.sqrt(sky)
    direct = direct + wrapped(rough, side, wrap) * 0.36 * sky
    light = direct + (0.24 + 0.06 * px.facing[:, 1:2]) * sky
    soft = scattered(light, px, pixels_per_mm)
    hard = np.maximum(skin.eye, skin.cloth)[:, None]
    light = light * (0.42 + 0.58 * hard) + soft * (0.58 * (1 - hard))
    oil = 0.65 + 0.7 * value_noise(px.point, 9.0, skin.seed + 20)
    shine = (highlight(rough, key, 34) * 0.105 + highlight(rough, side, 26) * 0.035) * oil
    shine *= sky[:, 0] * (1 - 0.8 * skin.hair) * (1 - skin.cloth) * (1 + skin.lips * 0.8)
    wet = skin.eye * highlight(px.facing, key, 260) * 0.9
    return albedo * light + (shine + wet)[:, None]


def studio(width: int, height: int) -> Singles:
    """Plain grey-blue backdrop, brighter behind the head."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot((x / width - 0.45) * 1.1, y / height - 0.40)
    glow = np.exp(-((away / 0.62) ** 2))[..., None]
    return to_linear((112, 128, 144)) * (0.62 + 0.55 * glow)


def photograph(scene: Scene, view: View, phase: Phase, phototype: int, seed: int) -> NDArray[np.uint8]:
    """One finished sRGB picture."""
    px = draw(scene, view, 1.0)
    skin = Skin(scene, px, phototype, phase, seed)
    if view.label == "scalp":
        skin.thin_hair()
    creases, relief = skin.creases(), skin.relief()
    colour = light_skin(skin, skin.albedo(creases), creases, relief, view.pixels_per_cm / 10)
    picture = studio(view.width, view.height)
    picture[px.buffer.mask()] = colour
    picture = cv2.GaussianBlur(picture, (0, 0), 0.8)
    picture = picture * phase.exposure * np.array(phase.balance, np.float32)
    picture = picture / (1 + np.maximum(picture - 0.75, 0) * 0.6)
    rng = np.random.default_rng(seed * 10 + len(phase.name))
    grain = rng.standard_normal(picture.shape[:2], dtype=np.float32)[..., None] * 0.006
    return np.round(np.clip(to_srgb(picture) + grain, 0, 1) * 255).astype(np.uint8)


def save(picture: NDArray[np.uint8], phase: Phase, path: Path) -> None:
    """JPEG whose stored pixels agree with the orientation tag."""
    if phase.orientation == 6:
        picture = np.rot90(picture, 1)
    Image.fromarray(np.ascontiguousarray(picture)).save(
        path, quality=90, subsampling=1, exif=exif_block(phase.orientation, phase.taken)
    )


def main() -> None:
    """Render the wanted views, before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, default=None)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--phototype", type=int, choices=sorted(PHOTOTYPES), default=3)
    parser.add_argument("--views", default="front,left45,left90")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    scene = Workshop(find_data(options.wheel)).scene()
    for angle in options.views.split(","):
        for phase in PHASES:
            view = camera(angle, phase, scene, options.scale)
            picture = photograph(scene, view, phase, options.phototype, options.seed)
            save(picture, phase, options.out / f"{angle}_{phase.name}.jpg")


if __name__ == "__main__":
    main()
