"""Treatment zones: their table, and the rule that names a surface point.

Facial borders are polygons in a cylindrical *face chart*: azimuth in degrees
around the head's vertical axis against height.  They were drawn once on a
reference head; the points to classify are carried into that reference, piecewise
linearly, by landmarks found on the mesh at hand (`find_landmarks`), so borders
follow the anatomy when the blend changes.  Body borders are planes and angles
relative to the skeleton's joints.  Only the left half is described: x is
folded, and paired zones take their side from the sign of x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from anatomy_chart import (
    ARCH,
    AXIS_DEPTH,
    FACE_POLYGONS,
    HAIRLINE,
    JAW_EDGE,
    JAW_TOP,
    MALAR_FLOOR,
    REFERENCE_AZIMUTH,
    REFERENCE_EYE_DEPTH,
    REFERENCE_HEIGHT,
    TEMPLE_FRONT,
    Polygon,
)
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Kind:
    """A zone before it is split into left and right."""

    key: str
    label: str
    group: str
    paired: bool = True
    treatable: bool = True


KINDS: tuple[Kind, ...] = (
    Kind("forehead", "Forehead", "face", paired=False),
    Kind("glabella", "Glabella", "face", paired=False),
    Kind("temple", "Temple", "face"),
    Kind("upper_eyelid", "Upper eyelid", "face", treatable=False),
    Kind("infraorbital", "Lower eyelid and tear trough", "face"),
    Kind("lateral_canthus", "Lateral canthus (crow's feet)", "face"),
    Kind("nose_dorsum", "Nose, dorsum", "face", paired=False),
    Kind("nose_tip", "Nose, tip", "face", paired=False),
    Kind("nose_ala", "Nose, ala", "face"),
    Kind("cheek", "Cheek (malar)", "face"),
    Kind("cheek_lower", "Lower cheek (buccal)", "face"),
    Kind("preauricular", "Preauricular", "face"),
    Kind("nasolabial", "Nasolabial fold", "face"),
    Kind("upper_lip", "Upper lip (cutaneous)", "face", paired=False),
    Kind("vermilion", "Lips (vermilion)", "face", paired=False, treatable=False),
    Kind("lower_lip", "Lower lip (cutaneous)", "face", paired=False),
    Kind("marionette", "Oral commissure and marionette line", "face"),
    Kind("chin", "Chin", "face", paired=False),
    Kind("jawline", "Jawline", "face"),
    Kind("submental", "Submental", "face", paired=False),
    Kind("nostril", "Nostril", "face", treatable=False),
    Kind("eye", "Eye", "face", treatable=False),
    Kind("ear", "Ear", "face", treatable=False),
    Kind("scalp_frontal", "Scalp, frontal", "scalp", paired=False),
    Kind("scalp_vertex", "Scalp, vertex", "scalp", paired=False),
    Kind("scalp_parietal", "Scalp, parietal", "scalp"),
    Kind("scalp_temporal", "Scalp, temporal", "scalp"),
    Kind("scalp_occipital", "Scalp, occipital", "scalp", paired=False),
    Kind("neck_anterior", "Neck, anterior", "neck", paired=False),
    Kind("neck_lateral", "Neck, lateral", "neck"),
    Kind("neck_posterior", "Neck, posterior", "neck", paired=False),
    Kind("decollete", "Décolleté", "decollete", paired=False),
    Kind("breast", "Breast", "chest", treatable=False),
    Kind("shoulder", "Shoulder", "arms"),
    Kind("axilla", "Axilla", "arms"),
    Kind("upper_arm", "Upper arm", "arms"),
    Kind("forearm", "Forearm", "arms"),
    Kind("hand_dorsal", "Hand, dorsum", "hands"),
    Kind("palm", "Palm", "hands", treatable=False),
    Kind("fingers", "Fingers", "hands", treatable=False),
    Kind("upper_abdomen", "Upper abdomen", "abdomen", paired=False),
    Kind("lower_abdomen", "Lower abdomen", "abdomen", paired=False),
    Kind("flank", "Flank", "abdomen"),
    Kind("pubic", "Pubic region", "abdomen", paired=False, treatable=False),
    Kind("upper_back", "Upper back", "back", paired=False),
    Kind("lower_back", "Lower back", "back", paired=False),
    Kind("buttock", "Buttock", "buttocks"),
    Kind("hip", "Hip", "thighs"),
    Kind("thigh_anterior", "Thigh, anterior", "thighs"),
    Kind("thigh_medial", "Thigh, medial", "thighs"),
    Kind("thigh_lateral", "Thigh, lateral", "thighs"),
    Kind("thigh_posterior", "Thigh, posterior", "thighs"),
    Kind("knee", "Knee", "legs"),
    Kind("shin", "Shin", "legs"),
    Kind("calf", "Calf", "legs"),
    Kind("foot", "Foot", "legs", treatable=False),
)
INDEX = {kind.key: i for i, kind in enumerate(KINDS)}


@dataclass
class Surface:
    """Points to classify, with what the rules need to know about each."""

    point: Floats
    normal: Floats
    fields: dict[str, Floats]

    def lerp(self, first: Ints, second: Ints, t: Floats) -> Surface:
        """Points part-way between two of this surface's points."""
        w = t[:, None]
        return Surface(
            self.point[first] * (1 - w) + self.point[second] * w,
            self.normal[first] * (1 - w) + self.normal[second] * w,
            {k: v[first] * (1 - t) + v[second] * t for k, v in self.fields.items()},
        )


@dataclass
class Landmarks:
    """What was found on the mesh: heights, azimuths, depths and joints."""

    height: dict[str, float]
    azimuth: dict[str, float]
    axis_depth: float
    joints: dict[str, Floats]


def find_landmarks(vertices: Floats, lips: Floats, ears: Floats, joints: dict[str, Floats]) -> Landmarks:
    """Locate the facial landmarks on the left half and the midline profile."""
    eye = joints["l-eye"]
    axis = float(eye[2] - (REFERENCE_EYE_DEPTH - AXIS_DEPTH))
    midline = vertices[(np.abs(vertices[:, 0]) < 1e-3) & (vertices[:, 2] > eye[2] + 0.05) & (vertices[:, 1] < eye[1])]
    tip = midline[np.argmax(midline[:, 2])]
    lip_points = vertices[(lips > 0.5) & (vertices[:, 0] > 0)]
    corner = lip_points[np.argmax(lip_points[:, 0])]
    philtrum = midline[(midline[:, 1] < tip[1] - 0.05) & (midline[:, 1] > corner[1] + 0.1)]
    base = philtrum[np.argmin(philtrum[:, 2])]
    chin = midline[midline[:, 1] > joints["neck"][1] + 0.2]
    ear = vertices[(ears > 0.5) & (vertices[:, 0] > 0)]
    height = {
        "menton": chin[:, 1].min(),
        "cheilion": corner[1],
        "subnasale": base[1],
        "pronasale": tip[1],
        "eye": eye[1],
        "top": vertices[:, 1].max(),
    }
    azimuth = {
        "cheilion": _azimuth(corner[None], axis)[0],
        "eye": _azimuth(eye[None], axis)[0],
        "ear": _azimuth(ear, axis).min(),
    }
    return Landmarks({k: float(v) for k, v in height.items()}, {k: float(v) for k, v in azimuth.items()}, axis, joints)


def _azimuth(points: Floats, axis_depth: float) -> Floats:
    """Degrees from straight ahead around the vertical axis, 0 to 180."""
    return np.degrees(np.arctan2(np.abs(points[:, 0]), points[:, 2] - axis_depth))


def face_chart(points: Floats, marks: Landmarks) -> tuple[Floats, Floats]:
    """(azimuth, height) of points, carried into the reference head."""
    names = list(REFERENCE_HEIGHT)
    found = [marks.height[n] for n in names]
    want = [REFERENCE_HEIGHT[n] for n in names]
    height = _extend(points[:, 1], found, want)
    ring = ["cheilion", "eye", "ear"]
    azimuth = np.interp(
        _azimuth(points, marks.axis_depth),
        [0.0, *(marks.azimuth[n] for n in ring), 180.0],
        [0.0, *(REFERENCE_AZIMUTH[n] for n in ring), 180.0],
    )
    return azimuth, height


def _extend(values: Floats, found: list[float], want: list[float]) -> Floats:
    """Piecewise-linear map that continues with slope 1 outside its range."""
    inner = np.interp(values, found, want)
    below = values < found[0]
    above = values > found[-1]
    inner[below] = values[below] - found[0] + want[0]
    inner[above] = values[above] - found[-1] + want[-1]
    return inner


def inside(polygon: Polygon, x: Floats, y: Floats) -> Bools:
    """Even-odd test of many points."""
    result = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        result ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return result


def along(line: Polygon, at: Floats) -> Floats:
    """Second coordinate of a polyline at the first."""
    return np.interp(at, [p[0] for p in line], [p[1] for p in line])


def hairline_offset(points: Floats, marks: Landmarks) -> Floats:
    """Signed distance above the hairline (about units); positive on the scalp."""
    azimuth, height = face_chart(points, marks)
    slope = (along(HAIRLINE, azimuth + 3) - along(HAIRLINE, azimuth - 3)) / 6 * 70
    front = (height - along(HAIRLINE, azimuth)) / np.hypot(1.0, slope)
    behind = height - along(JAW_EDGE, azimuth)
    return np.where(azimuth < 80.0, front, behind)


class _Painter:
    """Writes labels where none is written yet: earlier rules win."""

    def __init__(self, count: int) -> None:
        self.labels = np.full(count, -1)

    def paint(self, key: str, where: Bools) -> None:
        """Label the still-free points of a mask."""
        self.labels[where & (self.labels < 0)] = INDEX[key]


def classify(surface: Surface, marks: Landmarks) -> Ints:
    """Name every point: an index into KINDS."""
    folded = surface.point.copy()
    folded[:, 0] = np.abs(folded[:, 0])
    normal = surface.normal.copy()
    normal[:, 0] *= np.where(surface.point[:, 0] < 0, -1.0, 1.0)
    painter = _Painter(len(folded))
    painter.paint("eye", surface.fields["eyeball"] > 0.5)
    above_neck = _neck_base_height(folded, marks) < folded[:, 1]
    upper = above_neck & (folded[:, 0] < 1.2) & (folded[:, 1] > marks.joints["neck"][1] - 0.6)
    _paint_head(painter, folded, normal, surface.fields, marks, upper)
    _paint_arm(painter, folded, normal, surface.fields, marks)
    _paint_leg(painter, folded, marks)
    _paint_torso(painter, folded, normal, marks)
    return painter.labels


def _neck_base_height(p: Floats, marks: Landmarks) -> Floats:
    """Height of the neck's lower border: sternal notch to C7, up the trapezius."""
    y0 = marks.joints["neck"][1] - 0.40
    return y0 + (0.68 - p[:, 2]) * 0.40 + 0.4 * np.maximum(0.0, p[:, 0] - 0.30)


def _paint_head(  # noqa: PLR0917
    painter: _Painter, p: Floats, n: Floats, fields: dict[str, Floats], marks: Landmarks, upper: Bools
) -> None:
    """Face, scalp and neck."""
    azimuth, height = face_chart(p, marks)
    depth = p[:, 2] - marks.axis_depth + AXIS_DEPTH
    edge = along(JAW_EDGE, azimuth)
    under = (n[:, 1] < -0.62) & (height < edge + 0.07) & (azimuth < 60)
    below = (height < edge) | under
    painter.paint("ear", upper & (fields["ears"] > 0.5))
    painter.paint("vermilion", upper & ~below & (fields["lips"] > 0.5))
    painter.paint("nostril", upper & (fields["nostril"] > 0.5))
    submental = below & (depth > 0.835) & (height > 5.9) & (azimuth < 34)
    painter.paint("submental", upper & submental)
    _paint_neck(painter, p, upper & below, depth)
    scalp = (azimuth >= 80) | (height > along(HAIRLINE, azimuth))
    _paint_scalp(painter, p, upper & scalp, height, depth)
    _paint_face(painter, upper, azimuth, height)


def _paint_neck(painter: _Painter, p: Floats, where: Bools, depth: Floats) -> None:
    """Three sectors around the neck's axis, the front one widening upwards."""
    turn = np.degrees(np.arctan2(p[:, 0], depth - 0.30))
    front = np.interp(p[:, 1], [5.4, 6.1], [36.0, 58.0])
    painter.paint("neck_anterior", where & (turn < front))
    painter.paint("neck_lateral", where & (turn < 122))
    painter.paint("neck_posterior", where)


def _paint_scalp(painter: _Painter, p: Floats, where: Bools, height: Floats, depth: Floats) -> None:
    """Occipital, temporal, frontal, vertex and parietal scalp."""
    crest = 7.70
    back = depth < 0.16 - 0.22 * (height - 7.2)
    painter.paint("scalp_occipital", where & back & (height < crest))
    painter.paint("scalp_temporal", where & (height < crest))
    painter.paint("scalp_frontal", where & (depth > 0.80))
    middle = p[:, 0] < 0.40
    painter.paint("scalp_vertex", where & middle)
    painter.paint("scalp_parietal", where)


def _paint_face(painter: _Painter, where: Bools, azimuth: Floats, height: Floats) -> None:
    """Polygons first, then what lies between them."""
    for key, polygon in FACE_POLYGONS:
        painter.paint(key, where & inside(polygon, azimuth, height))
    painter.paint("jawline", where & (height < along(JAW_TOP, azimuth)) & (azimuth > 12))
    swapped = np.interp(height, [q[0] for q in TEMPLE_FRONT], [q[1] for q in TEMPLE_FRONT])
    above_arch = height > along(ARCH, azimuth)
    painter.paint("temple", where & above_arch & (azimuth > swapped) & (height > 7.03))
    painter.paint("forehead", where & (height > 7.17))
    painter.paint("preauricular", where & (azimuth > 55))
    painter.paint("cheek", where & (height > along(MALAR_FLOOR, azimuth)))
    painter.paint("cheek_lower", where)


def _paint_arm(painter: _Painter, p: Floats, n: Floats, fields: dict[str, Floats], marks: Landmarks) -> None:
    """Shoulder to fingertips."""
    j = marks.joints
    shoulder, elbow, wrist = j["l-shoulder"], j["l-elbow"], j["l-hand"]
    x, y = p[:, 0], p[:, 1]
    beside = np.where(
        y > shoulder[1] - 0.64,
        x > shoulder[0] - 0.45 + (shoulder[1] + 0.65 - y) * 0.25,
        x > shoulder[0] - 0.12 + (shoulder[1] - 0.64 - y) * 0.5,
    )
    arm = beside & (y > 0.2)
    upper = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
    lower = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    bend = (upper + lower) / np.linalg.norm(upper + lower)
    painter.paint("fingers", arm & (fields["finger"] > 0.5))
    hand = arm & ((p - wrist) @ lower > -0.02)
    dorsal = n @ hand_dorsal_normal(j) > 0.12
    painter.paint("hand_dorsal", hand & dorsal)
    painter.paint("palm", hand)
    painter.paint("forearm", arm & ((p - elbow) @ bend > 0))
    pit = np.linalg.norm((p - (shoulder + np.array([-0.08, -0.62, -0.02]))) * [1, 0.9, 0.8], axis=1)
    painter.paint("axilla", (pit < 0.42) & (n[:, 1] < 0.25) & (y < shoulder[1] - 0.1))
    painter.paint("upper_arm", arm & ((p - shoulder) @ upper > 0.42))
    painter.paint("shoulder", arm)


def hand_dorsal_normal(joints: dict[str, Floats]) -> Floats:
    """Unit normal of the left hand's back, from three knuckles and the wrist."""
    wrist = joints["l-hand"]
    across = joints["l-finger-2-1"] - joints["l-finger-5-1"]
    ahead = joints["l-finger-3-1"] - wrist
    normal = np.cross(across, ahead)
    normal /= np.linalg.norm(normal)
    return normal if normal[0] > 0 else -normal


def _paint_leg(painter: _Painter, p: Floats, marks: Landmarks) -> None:
    """Thigh sectors, knee, lower leg and foot."""
    j = marks.joints
    hip, knee, ankle = j["l-upper-leg"], j["l-knee"], j["l-ankle"]
    x, y, z = p.T
    cx = np.interp(y, [ankle[1], knee[1], hip[1]], [ankle[0], knee[0], hip[0] - 0.1])
    cz = np.interp(y, [ankle[1], knee[1], hip[1]], [ankle[2], knee[2], 0.34])
    turn = np.degrees(np.arctan2(x - cx, z - cz))
    painter.paint("foot", y < ankle[1] + 0.12)
    painter.paint("shin", (y < knee[1] - 0.52) & (np.abs(turn - 8) < 62))
    painter.paint("calf", y < knee[1] - 0.52)
    painter.paint("knee", y < knee[1] + 0.48)
    crotch = hip[1] - 0.79
    groin_x = 0.04 + (y - crotch) * 0.92
    front = (turn > -60) & (turn < 110)
    fold = crotch + 0.02 + 0.05 * np.clip(x, 0, 1.3)
    thigh = np.where(front, (x > groin_x) & (y < hip[1] + 0.25), y < fold)
    thigh &= ~((x < 0.13) & (y > crotch - 0.02))
    painter.paint("thigh_anterior", thigh & (np.abs(turn - 2) < 44))
    painter.paint("thigh_lateral", thigh & (turn >= 46) & (turn < 128))
    painter.paint("thigh_medial", thigh & (turn <= -42) & (turn > -132))
    painter.paint("thigh_posterior", thigh)


def _paint_torso(painter: _Painter, p: Floats, n: Floats, marks: Landmarks) -> None:
    """What is left: chest, abdomen, back and pelvis."""
    j = marks.joints
    x, y, z = p.T
    hip, navel = j["l-upper-leg"][1], j["spine-3"][1] - 0.12
    fold, waist = navel + 1.62, navel + 1.30
    turn = np.degrees(np.arctan2(x, z - 0.50))
    shoulder = j["l-shoulder"][1]
    ridge = (n[:, 1] > 0.70) & (z > -0.28) & (z < 0.36) & (x > 0.45)
    painter.paint("shoulder", (y > shoulder + 0.35) & ridge)
    front = np.where(y > shoulder + 0.1, z > 0.2, turn < 92)
    bust = shoulder - 0.40 - 0.12 * np.clip(1 - x / 0.5, 0, 1)
    painter.paint("decollete", front & (y > bust))
    painter.paint("breast", (turn < 88) & (y > fold - 0.10 * np.clip(x, 0, 1)))
    crest = hip + 0.72
    painter.paint("upper_back", (y > waist) & (turn >= 88))
    side = (turn >= 54) & (turn < 128)
    painter.paint("flank", side & (y > crest))
    painter.paint("hip", side & (y > hip + 0.24))
    sacrum = crest + 0.05 - 0.30 * np.clip(1 - x / 0.45, 0, 1)
    painter.paint("lower_back", (turn >= 100) & (y > sacrum))
    painter.paint("upper_abdomen", (turn < 100) & (y > navel))
    groin = np.clip((hip - 0.79 - y) * -0.92 + 0.04, 0.10, None)
    pubic = (y < hip + 0.02) & (turn < 100) & (x < groin)
    painter.paint("pubic", pubic)
    painter.paint("lower_abdomen", (turn < 100) & (y > hip - 0.1))
    painter.paint("pubic", (x < 0.13) & (y < hip - 0.55))
    painter.paint("buttock", turn >= 90)
    painter.paint("pubic", np.ones(len(p), bool))
