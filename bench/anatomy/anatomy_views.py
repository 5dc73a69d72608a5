"""Standard clinical views: cameras, and the mannequin renderer that fills them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from anatomy_mesh import split_quads, vertex_normals
from anatomy_raster import GBuffer, rasterize
from anatomy_shade import fractal_noise, highlight, smoothstep, to_linear, to_srgb, unit, value_noise, wrapped
from anatomy_zones import (
    BROW,
    REFERENCE_AZIMUTH,
    REFERENCE_HEIGHT,
    Landmarks,
    along,
    face_chart,
    hairline_offset,
    hand_dorsal_normal,
)
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

EXPOSURE = 1.10
DENSITY = 2
"""Image pixels per view pixel in the files under views/."""


@dataclass(frozen=True)
class View:
    """An orthographic camera; sizes in view pixels, lengths in mesh units."""

    id: str
    label: str
    rotation: Floats
    centre: Floats
    pixels_per_cm: float
    width: int
    height: int
    fade_low: tuple[float, float] | None = None
    fade_high: tuple[float, float] | None = None
    fade_around: tuple[tuple[float, float, float], float, float] | None = None
    mirror_of: str | None = None

    def project(self, points: Floats, density: float = 1.0) -> tuple[Floats, Floats]:
        """Points -> (pixels, depth towards the viewer)."""
        scale = self.pixels_per_cm * 10.0 * density
        p = (points - self.centre) @ self.rotation.T
        screen = np.stack(
            [self.width * density / 2 + p[:, 0] * scale, self.height * density / 2 - p[:, 1] * scale], axis=1
        )
        return screen, p[:, 2]


def turned(yaw: float, pitch: float = 0.0) -> Floats:
    """Rotation for a client turned by yaw, seen from `pitch` degrees above."""
    a, b = np.radians(yaw), np.radians(pitch)
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    return about_x @ about_y


def _hand_frame(marks: Landmarks) -> tuple[Floats, Floats]:
    """Camera over the back of the left hand, fingers up: (rotation, centre)."""
    j = marks.joints
    ahead = j["l-finger-3-1"] - j["l-hand"]
    toward = hand_dorsal_normal(j)
    up = ahead - toward * (ahead @ toward)
    up /= np.linalg.norm(up)
    centre = j["l-hand"] * 0.52 + j["l-finger-3-4"] * 0.48
    return np.stack([np.cross(up, toward), up, toward]), centre


def standard_views(marks: Landmarks) -> list[View]:
    """Every view, left ones before the right ones that mirror them."""
    eye = marks.joints["l-eye"][1]
    head = np.array([0.0, eye - 0.17, 0.52])
    face = {"pixels_per_cm": 23.0, "width": 600, "height": 750, "fade_low": (eye - 1.76, eye - 1.16)}
    flip = np.diag([-1.0, 1.0, 1.0])
    hand_rotation, hand_centre = _hand_frame(marks)
    hand = {
        "pixels_per_cm": 26.0,
        "width": 500,
        "height": 620,
        "fade_around": (tuple(marks.joints["l-finger-3-1"]), 1.55, 1.30),
    }
    whole = {"pixels_per_cm": 6.25, "width": 690, "height": 1090}
    middle = np.array([0.0, 0.0, 0.3])
    views = [View("face_front", "Face, front", turned(0), head, **face)]
    for degrees, name in ((45, "three-quarter"), (90, "profile")):
        for side, sign in (("left", -1), ("right", 1)):
            views.append(
                View(
                    f"face_{side}_{degrees}",
                    f"Face, {side} {name}",
                    turned(sign * degrees),
                    head,
                    **face,
                    mirror_of=f"face_left_{degrees}" if side == "right" else None,
                )
            )
    views += [
        View(
            "face_submental",
            "Under the chin",
            turned(0, -52),
            np.array([0.0, eye - 0.45, 0.75]),
            23.0,
            600,
            640,
            fade_low=(eye - 1.62, eye - 1.15),
        ),
        View(
            "scalp_top",
            "Scalp, top",
            turned(0, 80),
            np.array([0.0, eye, 0.55]),
            23.0,
            600,
            640,
            fade_low=(eye - 0.95, eye - 0.55),
        ),
        View(
            "scalp_back",
            "Scalp, back",
            turned(180, 8),
            np.array([0.0, eye - 0.1, 0.35]),
            23.0,
            600,
            720,
            fade_low=(eye - 1.60, eye - 1.02),
        ),
        View(
            "neck_decollete",
            "Neck and décolleté",
            turned(0),
            np.array([0.0, eye - 1.74, 0.5]),
            15.0,
            700,
            480,
            fade_low=(eye - 3.08, eye - 2.55),
            fade_high=(eye - 0.92, eye - 0.60),
        ),
        View("hand_left_dorsal", "Left hand, dorsum", hand_rotation, hand_centre, **hand),
        View(
            "hand_right_dorsal",
            "Right hand, dorsum",
            flip @ hand_rotation @ flip,
            hand_centre * [-1, 1, 1],
            **hand,
            mirror_of="hand_left_dorsal",
        ),
        View("body_front", "Body, front", turned(0), middle, **whole),
        View("body_back", "Body, back", turned(180), middle, **whole),
    ]
    return views


@dataclass
class Scene:
    """The subdivided surface and everything the shaders look up on it."""

    vertices: Floats
    quads: Ints
    corner_uv: Floats
    openness: Floats
    eyeball: Floats
    masks: dict[str, Singles]
    marks: Landmarks

    def __post_init__(self) -> None:
        self.triangles = split_quads(self.quads)
        uv = np.stack([self.corner_uv[:, [0, 1, 2]], self.corner_uv[:, [0, 2, 3]]], axis=1)
        self.triangle_uv = uv.reshape(-1, 3, 2)
        self.normals = vertex_normals(self.vertices, self.triangles)

    def sample(self, mask: str, uv: Singles) -> Singles:
        """Bilinear look-up of a mask texture."""
        image = self.masks[mask]
        size = image.shape[0]
        x = np.clip(uv[:, 0] * size - 0.5, 0, size - 1.001)
        y = np.clip((1 - uv[:, 1]) * size - 0.5, 0, size - 1.001)
        i, j = y.astype(int), x.astype(int)
        fy, fx = y - i, x - j
        top = image[i, j] * (1 - fx) + image[i, j + 1] * fx
        low = image[i + 1, j] * (1 - fx) + image[i + 1, j + 1] * fx
        return (top * (1 - fy) + low * fy).astype(np.float32)


@dataclass
class Pixels:
    """Per covered pixel: where it is, how it faces, what it belongs to."""

    buffer: GBuffer
    point: Singles
    normal: Singles
    facing: Singles
    uv: Singles
    open: Singles
    eyeball: Singles


def draw(scene: Scene, view: View, density: float) -> Pixels:
    """Rasterise a view and look up the surface under every pixel."""
    screen, depth = view.project(scene.vertices, density)
    width, height = round(view.width * density), round(view.height * density)
    buffer = rasterize(screen, depth, scene.triangles, width, height)
    stacked = np.concatenate([scene.vertices, scene.normals, scene.openness[:, None], scene.eyeball[:, None]], axis=1)
    values = buffer.interpolate(stacked, scene.triangles)
    normal = values[:, 3:6] / np.linalg.norm(values[:, 3:6], axis=1, keepdims=True)
    return Pixels(
        buffer,
        values[:, :3],
        normal,
        normal @ view.rotation.T.astype(np.float32),
        buffer.interpolate_corners(scene.triangle_uv),
        values[:, 6],
        values[:, 7],
    )


def brow_mask(point: Singles, marks: Landmarks) -> Singles:
    """Eyebrow density, 0 to 1, with hair-like streaks."""
    azimuth, height = face_chart(point.astype(np.float64), marks)
    offset = height - along(BROW, azimuth)
    half = np.interp(azimuth, [6, 10, 22, 33], [0.030, 0.042, 0.034, 0.012])
    body = np.exp(-((offset / half) ** 2) * 1.4)
    ends = smoothstep(5.2, 8.5, azimuth) * smoothstep(34.0, 29.0, azimuth)
    front = point[:, 2] > marks.axis_depth
    lean = azimuth / 57.0 - offset * (1.3 - azimuth / 26.0)
    streaks = np.stack([lean * 95, offset * 14, np.zeros_like(lean)], axis=1)
    grain = 0.62 + 0.38 * fractal_noise(streaks.astype(np.float32), 1.0, 2, 5)
    return (body * ends * grain * front).astype(np.float32)


def mouth_corner(point: Singles, marks: Landmarks) -> Singles:
    """Shade in the pit of each oral commissure."""
    azimuth, height = face_chart(point.astype(np.float64), marks)
    away = np.hypot(
        (azimuth - REFERENCE_AZIMUTH["cheilion"] - 0.2) * 0.0166 / 1.5, height - REFERENCE_HEIGHT["cheilion"]
    )
    front = point[:, 2] > marks.axis_depth
    return (np.exp(-((away / 0.011) ** 2)) * front).astype(np.float32)


def paint_eye(point: Singles, marks: Landmarks, colours: dict[str, Singles]) -> Singles:
    """Albedo of the eyeball: sclera, iris with limbus, pupil."""
    eye = marks.joints["l-eye"]
    r = np.hypot(np.abs(point[:, 0]) - eye[0] - 0.002, point[:, 1] - eye[1] + 0.004)
    r = r.astype(np.float32)[:, None]
    iris = colours["iris"] * (0.58 + 0.52 * smoothstep(0.053, 0.026, r))
    limbus = smoothstep(0.0565, 0.0505, r)
    colour = colours["sclera"] * (1 - limbus) + iris * limbus
    pupil = smoothstep(0.0215, 0.0185, r)
    return colour * (1 - pupil) + colours["pupil"] * pupil


MANNEQUIN = {
    name: to_linear(rgb)
    for name, rgb in {
        "skin": (240, 219, 207),
        "lips": (205, 136, 131),
        "brow": (104, 82, 70),
        "hair": (166, 147, 137),
        "sclera": (243, 240, 237),
        "iris": (134, 116, 100),
        "pupil": (46, 40, 38),
        "nail": (246, 220, 211),
        "inside": (112, 62, 58),
        "corner": (134, 86, 80),
    }.items()
}


def mix(base: Singles, colour: Singles, amount: Singles) -> Singles:
    """Blend towards a colour per pixel."""
    return base + (colour - base) * amount[:, None]


def mannequin_albedo(scene: Scene, px: Pixels) -> Singles:
    """Neutral skin with quiet lips, brows, cropped hair, nails and eyes."""
    c = MANNEQUIN
    albedo = np.repeat(c["skin"][None], len(px.point), axis=0)
    on_head = px.point[:, 1] > scene.marks.joints["neck"][1] + 0.2
    hair = np.zeros(len(px.point), np.float32)
    brow, corner = np.zeros_like(hair), np.zeros_like(hair)
    head = px.point[on_head]
    grain = fractal_noise(head, 26.0, 2, 3)
    offset = hairline_offset(head.astype(np.float64), scene.marks).astype(np.float32)
    ear = scene.sample("ears", px.uv[on_head])
    stubble = 0.80 + 0.20 * value_noise(head, 210.0, 9)
    edge = smoothstep(-0.05, 0.16, offset + (grain - 0.5) * 0.06)
    hair[on_head] = edge * stubble * (1 - ear)
    brow[on_head] = brow_mask(head, scene.marks)
    corner[on_head] = mouth_corner(head, scene.marks)
    albedo = mix(albedo, c["hair"], hair * 0.50)
    albedo = mix(albedo, c["brow"], brow * 0.78)
    lips = smoothstep(0.15, 0.85, scene.sample("lips", px.uv))
    albedo = mix(albedo, c["lips"], lips * 0.58)
    albedo = mix(albedo, c["inside"], scene.sample("inside-mouth", px.uv) * (1 - lips))
    albedo = mix(albedo, c["corner"], corner * 0.85)
    albedo = mix(albedo, c["nail"], scene.sample("fingernails", px.uv) * 0.8)
    eye = px.eyeball > 0.5
    albedo[eye] = paint_eye(px.point[eye], scene.marks, c)
    return albedo


def light_mannequin(albedo: Singles, px: Pixels) -> Singles:
    """Soft three-point light with occlusion and a warm terminator."""
    n = px.facing
    sky = np.clip(np.clip(px.open, 0, 1) ** 1.15, 0.12, 1)[:, None]
    key = wrapped(n, unit((-0.42, 0.55, 0.72)), np.array([0.34, 0.26, 0.22], np.float32))
    fill = wrapped(n, unit((0.78, 0.12, 0.55)), np.array([0.30, 0.30, 0.32], np.float32))
    rim = np.clip(1 - n[:, 2:3], 0, 1) ** 3 * np.clip(n[:, 1:2] * 0.5 + 0.5, 0, 1)
    ambient = 0.30 + 0.10 * n[:, 1:2]
    light = key * 0.62 * np.sqrt(sky) + fill * np.array([0.155, 0.16, 0.172], np.float32) * sky
    light = light + ambient * sky
    warm = np.array([1.0, 0.955, 0.93], np.float32)
    bounce = (1 - sky) * sky * 0.16 * np.array([1.0, 0.62, 0.52], np.float32)
    colour = albedo * (light * (warm + (1 - warm) * np.clip(light, 0, 1)) + bounce)
    shine = highlight(n, unit((-0.42, 0.55, 0.72)), 26) * 0.045 * sky[:, 0]
    wet = (px.eyeball > 0.5) * highlight(n, unit((-0.30, 0.42, 0.85)), 220) * 0.55
    colour = colour + (shine + wet)[:, None] + rim * 0.055 * sky
    colour = colour * EXPOSURE
    return colour / (1 + np.maximum(colour - 0.72, 0) * 0.45)


def alpha_of(view: View, px: Pixels) -> Singles:
    """Opacity: covered, fading smoothly towards crops."""
    alpha = np.ones(len(px.point), np.float32)
    if view.fade_low:
        alpha *= smoothstep(*view.fade_low, px.point[:, 1])
    if view.fade_high:
        alpha *= smoothstep(view.fade_high[1], view.fade_high[0], px.point[:, 1])
    if view.fade_around:
        centre, gone, full = view.fade_around
        away = np.linalg.norm(px.point - np.array(centre, np.float32), axis=1)
        alpha *= smoothstep(gone, full, away)
    height, width = px.buffer.triangle.shape
    row, col = np.nonzero(px.buffer.mask())
    near = np.minimum(np.minimum(col, width - col) / width, row / height)
    alpha *= smoothstep(0.0, 0.05, near.astype(np.float32))
    bottom = (height - row) / height
    soft = 0.22 if view.fade_around else 0.03
    return alpha * smoothstep(0.004, soft, bottom.astype(np.float32))


def render(scene: Scene, view: View, supersample: int) -> NDArray[np.uint8]:
    """Straight-alpha RGBA picture of a view at DENSITY."""
    px = draw(scene, view, DENSITY * supersample)
    colour = to_srgb(light_mannequin(mannequin_albedo(scene, px), px))
    height, width = px.buffer.triangle.shape
    picture = np.zeros((height, width, 4), np.float32)
    alpha = alpha_of(view, px)[:, None]
    picture[px.buffer.mask()] = np.concatenate([colour * alpha, alpha], axis=1)
    small = picture.reshape(height // supersample, supersample, width // supersample, supersample, 4).mean(axis=(1, 3))
    small[..., :3] /= np.maximum(small[..., 3:], 1e-6)
    return np.round(np.clip(small, 0, 1) * 255).astype(np.uint8)
