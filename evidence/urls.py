"""Addresses of the evidence app, pages and API, each with the verb it needs."""

from clinic.access import Can
from clinic.registry import route
from evidence import api
from evidence.views import appealing, deciding, observing, portfolios

_PORTFOLIO = "evidence/portfolios/<uuid:enrolment_id>/"
_SESSION = _PORTFOLIO + "sessions/<uuid:session_id>/"
_OBSERVATION = "evidence/observations/<uuid:observation_id>/"
_ITEM = "evidence/items/<uuid:item_id>/"
_DECISION = "evidence/decisions/<uuid:decision_id>/"
_SAMPLING = "evidence/samplings/<uuid:sampling_id>/"
_APPEAL = "evidence/appeals/<uuid:appeal_id>/"

urlpatterns = [
    route("evidence/", portfolios.home, name="evidence-home", get=Can.READ_PORTFOLIO),
    route(
        "evidence/learners/", portfolios.learners, name="learner-list", get=Can.ENROL_LEARNER, post=Can.ENROL_LEARNER
    ),
    route(
        "evidence/centres/<uuid:organisation_id>/",
        portfolios.centre,
        name="centre-detail",
        get=Can.SET_CENTRE,
        post=Can.SET_CENTRE,
    ),
    route(_PORTFOLIO, portfolios.portfolio, name="portfolio-detail", get=Can.READ_PORTFOLIO),
    route(
        _PORTFOLIO + "criteria/<str:criterion>/",
        portfolios.criterion,
        name="portfolio-criterion",
        get=Can.READ_PORTFOLIO,
    ),
    route(
        _PORTFOLIO + "entry/", portfolios.entry, name="portfolio-entry", get=Can.ENROL_LEARNER, post=Can.ENROL_LEARNER
    ),
    route(
        _SESSION + "observe/",
        observing.open_,
        name="observation-open",
        get=Can.OPEN_OBSERVATION,
        post=Can.OPEN_OBSERVATION,
    ),
    route(_SESSION + "offer/", observing.offer, name="product-offer", get=Can.OFFER_EVIDENCE, post=Can.OFFER_EVIDENCE),
    route(_OBSERVATION, observing.detail, name="observation-detail", get=Can.READ_EVIDENCE),
    route(_OBSERVATION + "mark/", observing.mark, name="observation-mark", post=Can.DECIDE_EVIDENCE),
    route(_OBSERVATION + "close/", observing.close, name="observation-close", post=Can.DECIDE_EVIDENCE),
    route(_ITEM, deciding.detail, name="evidence-detail", get=Can.READ_EVIDENCE),
    route(
        _ITEM + "decide/", deciding.decide, name="evidence-decide", get=Can.DECIDE_EVIDENCE, post=Can.DECIDE_EVIDENCE
    ),
    route(
        _DECISION + "countersign/",
        deciding.countersign,
        name="decision-countersign",
        get=Can.COUNTERSIGN,
        post=Can.COUNTERSIGN,
    ),
    route(_DECISION + "feedback/", deciding.feedback, name="feedback-detail", get=Can.READ_EVIDENCE),
    route(_DECISION + "sample/", deciding.plan_sample, name="decision-sample", post=Can.SAMPLE_DECISIONS),
    route(
        _SAMPLING,
        deciding.sampling,
        name="sampling-detail",
        get=Can.SAMPLE_DECISIONS,
        post=Can.SAMPLE_DECISIONS,
    ),
    route(
        _SAMPLING + "countersign/",
        deciding.countersign_sample,
        name="sampling-countersign",
        post=Can.SAMPLE_DECISIONS,
    ),
    route(_SAMPLING + "report/", deciding.report_sample, name="sampling-report", post=Can.SAMPLE_DECISIONS),
    route(
        _DECISION + "appeal/",
        appealing.appeal,
        name="decision-appeal",
        get=Can.APPEAL_DECISION,
        post=Can.APPEAL_DECISION,
    ),
    route(_APPEAL, appealing.detail, name="appeal-detail", get=Can.ANSWER_APPEAL, post=Can.ANSWER_APPEAL),
]

api_urlpatterns = [
    route("evidence/inbox/", api.InboxView, name="api-evidence-inbox", get=Can.READ_PORTFOLIO),
    route(
        "evidence/portfolios/",
        api.PortfoliosView,
        name="api-portfolio-list",
        get=Can.READ_PORTFOLIO,
        post=Can.ENROL_LEARNER,
    ),
    route(_PORTFOLIO, api.PortfolioView, name="api-portfolio-detail", get=Can.READ_PORTFOLIO),
    route(_PORTFOLIO + "entry/", api.EntryView, name="api-portfolio-entry", post=Can.ENROL_LEARNER),
    route(_SESSION + "observe/", api.ObserveView, name="api-observation-open", post=Can.OPEN_OBSERVATION),
    route(_SESSION + "offer/", api.OfferView, name="api-product-offer", post=Can.OFFER_EVIDENCE),
    route(_OBSERVATION, api.ObservationView, name="api-observation-detail", get=Can.READ_EVIDENCE),
    route(_OBSERVATION + "mark/", api.MarkView, name="api-observation-mark", post=Can.DECIDE_EVIDENCE),
    route(_OBSERVATION + "close/", api.CloseView, name="api-observation-close", post=Can.DECIDE_EVIDENCE),
    route(_ITEM, api.ItemView, name="api-evidence-detail", get=Can.READ_EVIDENCE),
    route(_ITEM + "decide/", api.DecideView, name="api-evidence-decide", post=Can.DECIDE_EVIDENCE),
    route(_DECISION + "countersign/", api.CountersignView, name="api-decision-countersign", post=Can.COUNTERSIGN),
    route(_DECISION + "feedback/", api.FeedbackView, name="api-feedback-detail", get=Can.READ_EVIDENCE),
    route(_DECISION + "sample/", api.PlanSampleView, name="api-decision-sample", post=Can.SAMPLE_DECISIONS),
    route(_SAMPLING, api.SampleView, name="api-sampling-record", post=Can.SAMPLE_DECISIONS),
    route(
        _SAMPLING + "countersign/",
        api.CountersignSampleView,
        name="api-sampling-countersign",
        post=Can.SAMPLE_DECISIONS,
    ),
    route(_SAMPLING + "report/", api.ReportSampleView, name="api-sampling-report", post=Can.SAMPLE_DECISIONS),
    route(_DECISION + "appeal/", api.AppealView, name="api-decision-appeal", post=Can.APPEAL_DECISION),
    route(_APPEAL, api.AnswerAppealView, name="api-appeal-detail", get=Can.ANSWER_APPEAL, post=Can.ANSWER_APPEAL),
    route("evidence/centres/<uuid:organisation_id>/", api.CentreView, name="api-centre-set", post=Can.SET_CENTRE),
]
