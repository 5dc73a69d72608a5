"""Addresses of consultations, pages and API."""

from clinic.access import Can
from clinic.registry import route
from consultations.api import assessment, questions
from consultations.views import answers, conclude, findings, skin

_CLIENT = "clients/<uuid:client_id>/consultations/"
_ONE = "consultations/<uuid:consultation_id>/"

urlpatterns = [
    route(_CLIENT, answers.consultation_list, name="client-consultations", get=Can.READ_CHART),
    route(
        f"{_CLIENT}start/",
        answers.consultation_start,
        name="consultation-start",
        get=Can.START_CONSULTATION,
        post=Can.START_CONSULTATION,
    ),
    route(_ONE, answers.consultation_detail, name="consultation-detail", get=Can.READ_CHART),
    route(
        f"{_ONE}questions/",
        answers.questionnaire,
        name="consultation-questionnaire",
        get=Can.WRITE_CONSULTATION,
        post=Can.WRITE_CONSULTATION,
    ),
    route(f"{_ONE}confirm/", answers.confirm, name="consultation-confirm", post=Can.WRITE_CONSULTATION),
    route(f"{_ONE}end/", answers.abandon, name="consultation-abandon", post=Can.WRITE_CONSULTATION),
    route(f"{_ONE}decline/", answers.decline, name="consultation-decline", post=Can.WRITE_CONSULTATION),
    route(
        f"{_ONE}corrections/<uuid:correction_id>/",
        answers.resolve_correction,
        name="correction-resolve",
        post=Can.EDIT_CLIENT,
    ),
    route(f"{_ONE}findings/", findings.finding_list, name="consultation-findings", get=Can.READ_CHART),
    route(f"{_ONE}findings/<uuid:run_id>/clear/", findings.clear, name="finding-clear", post=Can.CLEAR_FINDING),
    route(
        f"{_ONE}findings/<uuid:run_id>/override/", findings.override, name="finding-override", post=Can.OVERRIDE_FINDING
    ),
    route(f"{_ONE}allergies/", findings.code_allergy, name="consultation-code-allergy", post=Can.CODE_ALLERGY),
    route(
        f"{_ONE}skin/", skin.skin_analysis, name="consultation-skin", get=Can.READ_CHART, post=Can.WRITE_CONSULTATION
    ),
    route(f"{_ONE}photograph/", skin.photograph, name="consultation-photograph", post=Can.TAKE_PHOTO),
    route(
        f"{_ONE}photograph/refuse/",
        skin.refuse_photograph,
        name="consultation-photograph-refuse",
        post=Can.WRITE_CONSULTATION,
    ),
    route(
        f"{_ONE}decision/",
        conclude.decision,
        name="consultation-decision",
        get=Can.READ_CHART,
        post=Can.WRITE_CONSULTATION,
    ),
    route(f"{_ONE}plan/", conclude.plan, name="consultation-plan", get=Can.READ_CHART, post=Can.WRITE_CONSULTATION),
    route(f"{_ONE}plan/<uuid:plan_id>/agree/", conclude.agree, name="plan-agree", post=Can.WRITE_CONSULTATION),
    route(f"{_ONE}sign/", conclude.sign, name="consultation-sign", get=Can.READ_CHART, post=Can.SIGN_CONSULTATION),
]
api_urlpatterns = [
    route(
        _CLIENT,
        questions.ConsultationList,
        name="api-client-consultations",
        get=Can.READ_CHART,
        post=Can.START_CONSULTATION,
    ),
    route(_ONE, questions.ConsultationDetail, name="api-consultation-detail", get=Can.READ_CHART),
    route(
        f"{_ONE}answers/",
        questions.Answers,
        name="api-consultation-answers",
        get=Can.READ_CHART,
        put=Can.WRITE_CONSULTATION,
    ),
    route(f"{_ONE}submit/", questions.Submit, name="api-consultation-submit", post=Can.WRITE_CONSULTATION),
    route(f"{_ONE}confirm/", questions.Confirm, name="api-consultation-confirm", post=Can.WRITE_CONSULTATION),
    route(f"{_ONE}end/", questions.Abandon, name="api-consultation-abandon", post=Can.WRITE_CONSULTATION),
    route(f"{_ONE}decline/", questions.Decline, name="api-consultation-decline", post=Can.WRITE_CONSULTATION),
    route(
        f"{_ONE}corrections/<uuid:correction_id>/",
        questions.Correction,
        name="api-correction-resolve",
        post=Can.EDIT_CLIENT,
    ),
    route(f"{_ONE}findings/", assessment.Findings, name="api-consultation-findings", get=Can.READ_CHART),
    route(f"{_ONE}findings/<uuid:run_id>/clear/", assessment.Clear, name="api-finding-clear", post=Can.CLEAR_FINDING),
    route(
        f"{_ONE}findings/<uuid:run_id>/override/",
        assessment.Override,
        name="api-finding-override",
        post=Can.OVERRIDE_FINDING,
    ),
    route(f"{_ONE}allergies/", assessment.CodeAllergy, name="api-consultation-code-allergy", post=Can.CODE_ALLERGY),
    route(
        f"{_ONE}skin/",
        assessment.SkinAnalysis,
        name="api-consultation-skin",
        get=Can.READ_CHART,
        post=Can.WRITE_CONSULTATION,
    ),
    route(f"{_ONE}photograph/", assessment.Photograph, name="api-consultation-photograph", post=Can.TAKE_PHOTO),
    route(
        f"{_ONE}photograph/refuse/",
        assessment.RefusePhotograph,
        name="api-consultation-photograph-refuse",
        post=Can.WRITE_CONSULTATION,
    ),
    route(f"{_ONE}decision/", assessment.Decision, name="api-consultation-decision", post=Can.WRITE_CONSULTATION),
    route(
        f"{_ONE}plan/", assessment.Plan, name="api-consultation-plan", get=Can.READ_CHART, put=Can.WRITE_CONSULTATION
    ),
    route(
        f"{_ONE}plan/<uuid:plan_id>/agree/", assessment.AgreePlan, name="api-plan-agree", post=Can.WRITE_CONSULTATION
    ),
    route(f"{_ONE}sign/", assessment.Sign, name="api-consultation-sign", post=Can.SIGN_CONSULTATION),
]
