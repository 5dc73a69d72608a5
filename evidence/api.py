"""The API door of the evidence app: one view per verb, the same services as the pages."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import audit, clock
from clinic.access import Can
from clinic.api_base import ApiView, NoInput, StrictSerializer
from clinic.models import Organisation, Staff
from evidence import coded, queries, serializing, services, sessions
from evidence.choices import AppealOutcome, CountersignAction, Coverage, DisposalReading, How, Moment, SamplingResult
from evidence.models import Appeal, Decision, Enrolment, EvidenceItem, Observation, Sampling
from evidence.services import CentreSettings, Judgement


class EnrolInput(StrictSerializer):
    """A registration."""

    centre = serializers.UUIDField()
    learner = serializers.UUIDField()
    student_number = serializers.CharField(max_length=40)
    enrolled_on = serializers.DateField()


class EntryInput(StrictSerializer):
    """Proofs seen."""

    seen = serializers.ListField(child=serializers.CharField(max_length=40))


class ObserveInput(StrictSerializer):
    """How the assessor watches."""

    how = serializers.ChoiceField(choices=How.choices)


class OfferInput(StrictSerializer):
    """Who shall look at it."""

    assessor = serializers.UUIDField()


class MarkInput(StrictSerializer):
    """One tap."""

    criterion = serializers.CharField(max_length=12)
    outcome = serializers.CharField(max_length=12, allow_blank=True)


class CloseInput(StrictSerializer):
    """The end of an observation."""

    note = serializers.CharField(max_length=2000, allow_blank=True, default="")


class DecideInput(StrictSerializer):
    """A decision with its feedback."""

    marks = serializers.DictField(child=serializers.CharField(max_length=12))
    is_valid_evidence = serializers.BooleanField()
    is_authentic = serializers.BooleanField()
    is_current = serializers.BooleanField()
    is_sufficient = serializers.BooleanField()
    comments = serializers.CharField(max_length=4000)
    further_actions = serializers.CharField(max_length=2000, allow_blank=True, default="")


class CountersignInput(StrictSerializer):
    """Agree, change or return."""

    action = serializers.ChoiceField(choices=CountersignAction.choices)
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")
    marks = serializers.DictField(child=serializers.CharField(max_length=12), default=dict)


class PlanSampleInput(StrictSerializer):
    """When in the learner's way."""

    moment = serializers.ChoiceField(choices=Moment.choices)


class SampleInput(StrictSerializer):
    """What was found."""

    result = serializers.ChoiceField(choices=SamplingResult.choices)
    comments = serializers.CharField(max_length=4000)


class AppealInput(StrictSerializer):
    """Why a decision should be looked at again."""

    reason = serializers.CharField(max_length=4000)


class AnswerAppealInput(StrictSerializer):
    """The answer to an appeal."""

    outcome = serializers.ChoiceField(choices=AppealOutcome.choices)
    answer = serializers.CharField(max_length=4000)


class CentreInput(StrictSerializer):
    """How the centre reads the qualification; the limit in millimetres."""

    superficial_limit_mm = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)
    coverage = serializers.ChoiceField(choices=Coverage.choices, default=Coverage.TOGETHER)
    disposal = serializers.ChoiceField(choices=DisposalReading.choices, default=DisposalReading.COUNTED)
    reassessment_counts = serializers.BooleanField(default=False)
    live_video = serializers.BooleanField(default=False)


class InboxView(ApiView):
    """What waits for this person."""

    def get(self, request: Request) -> Response:
        """Running sessions to watch, evidence to decide, decisions to countersign or sample."""
        box = queries.inbox(self.actor, clock.now())
        return Response(
            {
                "running": [
                    {"session": str(session.id), "portfolio": str(row.id), "learner": row.learner.name,
                     **coded.head(session).plain()}
                    for session, row in box.running
                ],
                "watching": [str(item.id) for item in box.watching],
                "to_decide": [str(item.id) for item in box.to_decide],
                "to_countersign": [str(decision.id) for decision in box.to_countersign],
                "to_sample": [str(decision.id) for decision in box.to_sample],
                "samples_to_countersign": [str(sampling.id) for sampling in box.samples_to_countersign],
                "samples_to_report": [str(sampling.id) for sampling in box.to_report],
                "appeals": [str(appeal.id) for appeal in box.appeals],
            }
        )  # fmt: skip


class PortfoliosView(ApiView):
    """Portfolios."""

    def get(self, request: Request) -> Response:
        """Those this person may open."""
        rows = queries.enrolments(self.actor, Can.READ_PORTFOLIO)
        return Response({"results": [serializing.enrolment(row) for row in rows]})

    def post(self, request: Request) -> Response:
        """Register a learner."""
        values = self.parsed(EnrolInput)
        centre = self.load(Organisation, Can.ENROL_LEARNER, values.pop("centre"))
        learner = Staff.objects.filter(pk=values.pop("learner")).first()
        if learner is None:
            raise Http404
        row = services.enrol_learner(centre, learner=learner, **values, by=self.actor, at=clock.now())
        return self.respond(serializing.enrolment(row), status=201, version=row.version)


class PortfolioView(ApiView):
    """One portfolio."""

    def get(self, request: Request, enrolment_id: UUID) -> Response:
        """Counted, with every reason."""
        row = self.load(Enrolment, Can.READ_PORTFOLIO, enrolment_id)
        audit.record(self.actor, "viewed.portfolio", row, at=clock.now())
        shown = queries.portfolio(row, at=clock.now())
        return self.respond(serializing.portfolio(shown), version=row.version)


class EntryView(ApiView):
    """Entry requirements."""

    def post(self, request: Request, enrolment_id: UUID) -> Response:
        """Say which proofs were seen."""
        row = self.load(Enrolment, Can.ENROL_LEARNER, enrolment_id)
        values = self.parsed(EntryInput)
        row = services.verify_entry(row, **values, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.enrolment(row), version=row.version)


class ObserveView(ApiView):
    """Watching."""

    def post(self, request: Request, enrolment_id: UUID, session_id: UUID) -> Response:
        """Open an observation."""
        enrolment = self.load(Enrolment, Can.OPEN_OBSERVATION, enrolment_id)
        session = sessions.observable(enrolment).filter(pk=session_id).first()
        if session is None:
            raise Http404
        row = services.open_observation(
            session,
            enrolment=enrolment,
            **self.parsed(ObserveInput),
            by=self.actor,
            at=clock.now(),
        )
        return self.respond(serializing.observation(row), status=201, version=row.version)


class OfferView(ApiView):
    """Learner product."""

    def post(self, request: Request, enrolment_id: UUID, session_id: UUID) -> Response:
        """Offer a signed session nobody observed."""
        enrolment = self.load(Enrolment, Can.OFFER_EVIDENCE, enrolment_id)
        assessor = Staff.objects.filter(pk=self.parsed(OfferInput)["assessor"]).first()
        if assessor is None:
            raise Http404
        session = sessions.of_learner(enrolment.learner_id).filter(pk=session_id).first()
        if session is None:
            raise Http404
        row = services.offer_product(session, enrolment=enrolment, assessor=assessor, by=self.actor, at=clock.now())
        return self.respond(serializing.item(row, at=clock.now()), status=201, version=row.version)


class ObservationView(ApiView):
    """An observation."""

    def get(self, request: Request, observation_id: UUID) -> Response:
        """Its marks."""
        row = self.load(Observation, Can.READ_EVIDENCE, observation_id)
        audit.viewed(self.actor, row.client, what="evidence")
        return self.respond(serializing.observation(row), version=row.version)


class MarkView(ApiView):
    """A tap."""

    def post(self, request: Request, observation_id: UUID) -> Response:
        """Mark one criterion."""
        row = self.load(Observation, Can.DECIDE_EVIDENCE, observation_id)
        values = self.parsed(MarkInput)
        row = services.mark_seen(row, **values, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.observation(row), version=row.version)


class CloseView(ApiView):
    """The end of watching."""

    def post(self, request: Request, observation_id: UUID) -> Response:
        """Close."""
        row = self.load(Observation, Can.DECIDE_EVIDENCE, observation_id)
        values = self.parsed(CloseInput)
        row = services.close_observation(row, **values, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.observation(row), version=row.version)


class ItemView(ApiView):
    """A piece of evidence."""

    def get(self, request: Request, item_id: UUID) -> Response:
        """The coded session and the decisions."""
        row = self.load(EvidenceItem, Can.READ_EVIDENCE, item_id)
        if row.client:
            audit.viewed(self.actor, row.client, what="evidence")
        return self.respond(serializing.item(row, at=clock.now()), version=row.version)


class DecideView(ApiView):
    """A decision."""

    def post(self, request: Request, item_id: UUID) -> Response:
        """Decide."""
        row = self.load(EvidenceItem, Can.DECIDE_EVIDENCE, item_id)
        values = self.parsed(DecideInput)
        judgement = Judgement(
            is_valid=values.pop("is_valid_evidence"),
            is_authentic=values.pop("is_authentic"),
            is_current=values.pop("is_current"),
            is_sufficient=values.pop("is_sufficient"),
        )
        made = services.decide(
            row, judgement=judgement, **values, by=self.actor, at=clock.now(), version=self.version()
        )
        return self.respond(serializing.decision(made), status=201, version=made.version)


class CountersignView(ApiView):
    """A countersignature."""

    def post(self, request: Request, decision_id: UUID) -> Response:
        """Agree, change or return."""
        row = self.load(Decision, Can.COUNTERSIGN, decision_id)
        values = self.parsed(CountersignInput)
        services.countersign(row, **values, by=self.actor, at=clock.now(), version=self.version())
        fresh = Decision.objects.get(pk=row.pk)
        return self.respond(serializing.decision(fresh), status=201, version=fresh.version)


class FeedbackView(ApiView):
    """The feedback form."""

    def get(self, request: Request, decision_id: UUID) -> Response:
        """Exactly the eleven fields."""
        row = self.load(Decision, Can.READ_EVIDENCE, decision_id)
        return self.respond(dict(row.feedback.fields))


class PlanSampleView(ApiView):
    """Sampling."""

    def post(self, request: Request, decision_id: UUID) -> Response:
        """Take a decision into one's sample."""
        row = self.load(Decision, Can.SAMPLE_DECISIONS, decision_id)
        made = services.plan_sample(row, **self.parsed(PlanSampleInput), by=self.actor, at=clock.now())
        return self.respond(serializing.sampling(made), status=201, version=made.version)


class SampleView(ApiView):
    """What quality assurance found."""

    def post(self, request: Request, sampling_id: UUID) -> Response:
        """Accept or ask for action."""
        row = self.load(Sampling, Can.SAMPLE_DECISIONS, sampling_id)
        values = self.parsed(SampleInput)
        row = services.record_sample(row, **values, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.sampling(row), version=row.version)


class CountersignSampleView(ApiView):
    """A trainee quality assurer's result."""

    def post(self, request: Request, sampling_id: UUID) -> Response:
        """Make it hold."""
        row = self.load(Sampling, Can.SAMPLE_DECISIONS, sampling_id)
        self.parsed(NoInput)
        row = services.countersign_sample(row, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.sampling(row), version=row.version)


class ReportSampleView(ApiView):
    """A sample's report."""

    def post(self, request: Request, sampling_id: UUID) -> Response:
        """Report it to the assessor."""
        row = self.load(Sampling, Can.SAMPLE_DECISIONS, sampling_id)
        self.parsed(NoInput)
        row = services.report_sample(row, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.sampling(row), version=row.version)


class AppealView(ApiView):
    """A learner's appeal."""

    def post(self, request: Request, decision_id: UUID) -> Response:
        """Appeal; If-Match holds the decision's version."""
        row = self.load(Decision, Can.APPEAL_DECISION, decision_id)
        values = self.parsed(AppealInput)
        made = services.appeal_decision(row, **values, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.appeal(made), status=201, version=made.version)


class AnswerAppealView(ApiView):
    """An appeal, for quality assurance."""

    def get(self, request: Request, appeal_id: UUID) -> Response:
        """Read it."""
        row = self.load(Appeal, Can.ANSWER_APPEAL, appeal_id)
        return self.respond(serializing.appeal(row), version=row.version)

    def post(self, request: Request, appeal_id: UUID) -> Response:
        """Answer it."""
        row = self.load(Appeal, Can.ANSWER_APPEAL, appeal_id)
        values = self.parsed(AnswerAppealInput)
        row = services.answer_appeal(row, **values, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(serializing.appeal(row), version=row.version)


class CentreView(ApiView):
    """The centre's readings."""

    def post(self, request: Request, organisation_id: UUID) -> Response:
        """Set them."""
        row = self.load(Organisation, Can.SET_CENTRE, organisation_id)
        settings = CentreSettings(**self.parsed(CentreInput))
        row = services.set_centre_reading(row, settings=settings, by=self.actor, at=clock.now(), version=self.version())
        return self.respond({"id": str(row.id), **row.settings["evidence"]}, version=row.version)
