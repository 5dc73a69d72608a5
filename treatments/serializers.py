"""Shape of what programs send to treatments; unknown fields are refused. Depth mm, volume ml, current mA, area cm²."""

from __future__ import annotations

from rest_framework import serializers

from clinic.api_base import StrictSerializer
from treatments.choices import EventState, Phase, Polarity, SkinCheck


class EmptyIn(StrictSerializer):
    """A verb without input."""


class ReasonIn(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=1000)


class ConfirmIn(StrictSerializer):
    """A confirmation of the day."""

    kind = serializers.CharField(max_length=10)
    outcome = serializers.CharField(max_length=10)
    words = serializers.CharField(max_length=1000, default="", allow_blank=True)


class TickIn(StrictSerializer):
    """Checklist items done at a phase."""

    items = serializers.ListField(child=serializers.CharField(max_length=16), allow_empty=False)
    phase = serializers.ChoiceField(choices=Phase.choices)
    is_done = serializers.BooleanField(default=True)
    note = serializers.CharField(max_length=300, default="", allow_blank=True)


class ScoreIn(StrictSerializer):
    """One hazard: [likelihood, harm] before and after controls."""

    hazard = serializers.CharField(max_length=8)
    before = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    after = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    control = serializers.CharField(max_length=300, default="", allow_blank=True)


class HazardsIn(StrictSerializer):
    """Scores of all hazards; without them the preset ones are accepted."""

    scores = ScoreIn(many=True, required=False)


class ZonesIn(StrictSerializer):
    """Today's areas."""

    zones = serializers.ListField(child=serializers.CharField(max_length=40), allow_empty=False)


class LotIn(StrictSerializer):
    """A lot and how much is drawn up."""

    lot = serializers.UUIDField()
    drawn_ml = serializers.FloatField(min_value=0)


class DeviceIn(StrictSerializer):
    """A device."""

    device = serializers.UUIDField()


class DeclareIn(StrictSerializer):
    """Assessed work."""

    declared = serializers.BooleanField()
    told_learner = serializers.BooleanField(default=False)


class ClearIn(StrictSerializer):
    """A finding of this session, cleared by what was seen."""

    rule = serializers.CharField(max_length=8)
    seen = serializers.CharField(max_length=10)
    reason = serializers.CharField(max_length=1000)


class OverrideIn(StrictSerializer):
    """A finding of this session, overridden with a reason."""

    rule = serializers.CharField(max_length=8)
    reason = serializers.CharField(max_length=1000)


class StartIn(StrictSerializer):
    """Answers to gates that warn."""

    reasons = serializers.DictField(child=serializers.CharField(max_length=300), required=False)


class FinishIn(StrictSerializer):
    """The end check."""

    bleeding_stopped = serializers.BooleanField(required=False)
    refill_normal = serializers.BooleanField(required=False)
    redness = serializers.IntegerField(min_value=0, max_value=4, required=False)
    seen = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ComfortIn(StrictSerializer):
    """A rating from 0 to 10."""

    score = serializers.IntegerField()
    words = serializers.CharField(max_length=300, default="", allow_blank=True)
    action = serializers.CharField(max_length=300, default="", allow_blank=True)


class PassIn(StrictSerializer):
    """The points of one pass."""

    zone = serializers.CharField(max_length=40)
    technique = serializers.CharField(max_length=4, default="", allow_blank=True)
    lot = serializers.UUIDField(allow_null=True, default=None)
    depth_mm = serializers.FloatField()
    volume_per_point_ml = serializers.FloatField()
    spacing_mm = serializers.FloatField(allow_null=True, default=None, min_value=0.5, max_value=60)
    anatomy_digest = serializers.CharField(max_length=64)
    points = serializers.ListField(child=serializers.ListField(), max_length=601)
    reason = serializers.CharField(max_length=300, default="", allow_blank=True)


class FillIn(StrictSerializer):
    """An even fill of a zone, or one point at its centre."""

    zone = serializers.CharField(max_length=40)
    lot = serializers.UUIDField(allow_null=True, default=None)
    depth_mm = serializers.FloatField()
    volume_per_point_ml = serializers.FloatField()
    spacing_mm = serializers.FloatField(allow_null=True, default=None)
    at_centre = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=300, default="", allow_blank=True)


class PhaseIn(StrictSerializer):
    """One phase of current."""

    mode = serializers.CharField(max_length=24)
    zones = serializers.ListField(child=serializers.CharField(max_length=40), default=list)
    lot = serializers.UUIDField(allow_null=True, default=None)
    polarity = serializers.ChoiceField(choices=Polarity.choices)
    area_cm2 = serializers.FloatField(min_value=0.1, max_value=400)
    minutes = serializers.FloatField(min_value=0.1, max_value=90)
    current_ma = serializers.FloatField(required=False, min_value=0)
    carrier_frequency_khz = serializers.FloatField(required=False, min_value=0)
    modulation_frequency_hz = serializers.FloatField(required=False, min_value=0)
    pulse_width_ms = serializers.FloatField(required=False, min_value=0)
    pulse_amplitude_v = serializers.FloatField(required=False, min_value=0)
    peak_voltage_v = serializers.FloatField(required=False, min_value=0)
    voltage_v = serializers.FloatField(required=False, min_value=0)
    ramp_s = serializers.FloatField(required=False, min_value=0)
    product_ml = serializers.FloatField(required=False, min_value=0)
    electrode = serializers.CharField(max_length=80, required=False, allow_blank=True)
    return_electrode = serializers.CharField(max_length=80, required=False, allow_blank=True)
    output_seen = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class SkinIn(StrictSerializer):
    """A skin check; without a phase it belongs to the newest."""

    phase = serializers.UUIDField(required=False, allow_null=True)
    seen = serializers.ChoiceField(choices=SkinCheck.choices)
    note = serializers.CharField(max_length=300, default="", allow_blank=True)


class NoteIn(StrictSerializer):
    """Why the technique was adapted, and notes."""

    adapted_because = serializers.CharField(max_length=1000, default="", allow_blank=True)
    notes = serializers.CharField(max_length=1000, default="", allow_blank=True)


class ReviewIn(StrictSerializer):
    """Waste by stream and the safety review."""

    waste = serializers.ListField(child=serializers.CharField(max_length=16), default=list)
    words = serializers.CharField(max_length=1000, default="", allow_blank=True)


class EventIn(StrictSerializer):
    """An adverse event."""

    kind = serializers.CharField(max_length=4)
    grade = serializers.IntegerField()
    description = serializers.CharField(max_length=2000)


class EntryIn(StrictSerializer):
    """One entry of an event."""

    description = serializers.CharField(max_length=2000)
    actions = serializers.CharField(max_length=2000, default="", allow_blank=True)
    told = serializers.CharField(max_length=300, default="", allow_blank=True)
    yellow_card = serializers.CharField(max_length=80, default="", allow_blank=True)
    insurer = serializers.CharField(max_length=80, default="", allow_blank=True)
    state = serializers.ChoiceField(choices=EventState.choices, required=False)


class CourseIn(StrictSerializer):
    """A course from an agreed plan."""

    plan = serializers.UUIDField()
    starts_on = serializers.DateField(required=False)
    reason = serializers.CharField(max_length=300, default="", allow_blank=True)


class ReviewCourseIn(StrictSerializer):
    """An outcome review. GAIS 1–5 (low is good), satisfaction 1–5 (high is good)."""

    aim_reached = serializers.BooleanField()
    gais = serializers.IntegerField()
    gais_client = serializers.IntegerField()
    satisfaction = serializers.IntegerField()
    next_step = serializers.CharField(max_length=12)
    words = serializers.CharField(max_length=1000, default="", allow_blank=True)


class BookNextIn(StrictSerializer):
    """When the next session is to be."""

    planned_at = serializers.DateTimeField()


class PatchTestIn(StrictSerializer):
    """A patch test that was read."""

    product = serializers.UUIDField()
    site = serializers.CharField(max_length=120)
    placed_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField()
    result = serializers.CharField(max_length=10)
    words = serializers.CharField(max_length=1000, default="", allow_blank=True)


class PrescriptionIn(StrictSerializer):
    """A prescription for a client seen face to face."""

    product = serializers.UUIDField()
    seen_at = serializers.DateTimeField()
    seen_where = serializers.CharField(max_length=200)
    dose = serializers.CharField(max_length=200)
    valid_until = serializers.DateField()
    instructions = serializers.CharField(max_length=1000, default="", allow_blank=True)


class SessionIn(StrictSerializer):
    """A session for the next place of a course."""

    visit = serializers.UUIDField(required=False)


class LotReceiveIn(StrictSerializer):
    """A lot that came in."""

    product = serializers.UUIDField()
    site = serializers.UUIDField()
    number = serializers.CharField(max_length=60)
    expires_on = serializers.DateField()
    units = serializers.IntegerField(min_value=1, max_value=10_000)


class LotStateIn(StrictSerializer):
    """Why a lot is set aside, released or recalled."""

    reason = serializers.CharField(max_length=240, default="", allow_blank=True)


VERB_INPUT: dict[str, type[StrictSerializer]] = {
    "confirm": ConfirmIn,
    "tick": TickIn,
    "hazards": HazardsIn,
    "zones": ZonesIn,
    "lot": LotIn,
    "device": DeviceIn,
    "declare": DeclareIn,
    "screen": EmptyIn,
    "clear": ClearIn,
    "override": OverrideIn,
    "start": StartIn,
    "pause": EmptyIn,
    "resume": EmptyIn,
    "stop": ReasonIn,
    "cancel": ReasonIn,
    "finish": FinishIn,
    "comfort": ComfortIn,
    "fill": FillIn,
    "phase": PhaseIn,
    "skin": SkinIn,
    "note": NoteIn,
    "review": ReviewIn,
    "event": EventIn,
}
