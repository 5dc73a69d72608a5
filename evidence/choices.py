"""Vocabularies of the evidence app: states, kinds and the reasons why a session does not count."""

from django.db.models import TextChoices


class Setting(TextChoices):
    """Whether a criterion is shown by doing or by knowing; a setting, never worked out from its verb (S176)."""

    PRACTICAL = "practical", "Practical"
    KNOWLEDGE = "knowledge", "Knowledge"


class EvidenceKind(TextChoices):
    """The kinds of evidence a portfolio may hold (S29-S37)."""

    OBSERVATION = "observation", "Assessor observation"
    WITNESS = "witness", "Witness testimony"
    PRODUCT = "product", "Learner product"
    WORKSHEET = "worksheet", "Worksheet"
    ASSIGNMENT = "assignment", "Assignment, project or report"
    QUESTIONING = "questioning", "Oral or written questioning"
    REPORT = "report", "Learner or peer report"
    PRIOR_LEARNING = "prior_learning", "Recognition of prior learning"


class ItemState(TextChoices):
    """Where a piece of evidence stands."""

    OFFERED = "offered", "Offered"
    UNDER_REVIEW = "under_review", "Under review"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn with the client's permission"


class ObservationState(TextChoices):
    """An observation runs while the assessor watches, then it is closed."""

    WATCHING = "watching", "Watching"
    CLOSED = "closed", "Closed"


class How(TextChoices):
    """How the assessor watched."""

    IN_PERSON = "in_person", "In the room"
    LIVE_VIDEO = "live_video", "Live video"


class DecisionState(TextChoices):
    """A decision counts only when it is effective; a trainee's waits for a countersignature (S164)."""

    AWAITING_COUNTERSIGNATURE = "awaiting_countersignature", "Awaiting countersignature"
    EFFECTIVE = "effective", "Effective"
    RETURNED = "returned", "Returned"


class Outcome(TextChoices):
    """A criterion is met or not yet met; there is no grade between or above (S11)."""

    MET = "met", "Met"
    NOT_YET_MET = "not_yet_met", "Not yet met"


class CountersignAction(TextChoices):
    """What a countersigner may do with a trainee's decision."""

    AGREE = "agree", "Agree"
    CHANGE = "change", "Change"
    RETURN = "return", "Return"


class Position(TextChoices):
    """The position printed on the feedback form (S171)."""

    QUALIFIED = "qualified", "Qualified assessor"
    TRAINEE = "trainee", "Trainee assessor"


class AwardStatus(TextChoices):
    """Assessing and quality assurance awards are held or worked towards (S162, S166)."""

    HOLDS = "holds", "Holds"
    WORKING_TOWARDS = "working_towards", "Working towards"


class SamplingState(TextChoices):
    """A sampled decision, from plan to report."""

    PLANNED = "planned", "Planned"
    SAMPLED = "sampled", "Sampled"
    AWAITING_COUNTERSIGNATURE = "awaiting_countersignature", "Awaiting countersignature"
    REPORTED = "reported", "Reported"


class SamplingResult(TextChoices):
    """Quality assurance accepts a decision or asks for action; it never changes one (decision 47)."""

    ACCEPT = "accept", "Accept"
    ACTION = "action", "Action"


class AppealState(TextChoices):
    """An appeal waits for quality assurance until it is answered."""

    OPEN = "open", "Waiting for quality assurance"
    ANSWERED = "answered", "Answered"


class AppealOutcome(TextChoices):
    """What an appeal comes to; it never changes a decision (decision 47)."""

    UPHELD = "upheld", "Upheld: to be decided anew"
    NOT_UPHELD = "not_upheld", "Not upheld: the decision stands"


class Moment(TextChoices):
    """Quality assurance looks while work goes on and again before a claim (decision 47)."""

    INTERIM = "interim", "Interim"
    SUMMATIVE = "summative", "Summative"


class CriterionState(TextChoices):
    """What the portfolio grid shows in one cell."""

    OPEN = "open", "Open"
    OFFERED = "offered", "Offered"
    AWAITING_COUNTERSIGNATURE = "awaiting_countersignature", "Awaiting countersignature"
    NOT_YET_MET = "not_yet_met", "Not yet met"
    PART_MET = "part_met", "Met in part"
    MET = "met", "Met"


class Coverage(TextChoices):
    """How the centre reads "4 observations to meet 3.1, 3.2, 3.3 and 3.5" (S57)."""

    TOGETHER = "together", "Each observation covers all of them"
    EACH = "each", "Each of them four times"


class DisposalReading(TextChoices):
    """How the centre reads "disposal at all stages of practical treatments" (decision 44)."""

    COUNTED = "counted", "Every session that counts"
    EVERY_OBSERVED = "every_observed", "Every session observed"


class Reason(TextChoices):
    """Why a session moves no counter, or not this one."""

    NOT_OBSERVED = "not_observed", "Not observed"
    NOT_WATCHED = "not_watched", "The assessor did not watch while the session ran"
    NOT_DECIDED = "not_decided", "No decision yet"
    NOT_SIGNED = "not_signed", "The session is not signed"
    NOT_DECLARED = "not_declared", "Not declared for assessment before it started"
    COMBINED = "combined", "More than one modality or treatment"
    DISPOSAL = "disposal", "Disposal not met at preparation, treatment and after"
    NO_CONSULTATION = "no_consultation", "No complete consultation of its own"
    NO_SKIN_ANALYSIS = "no_skin_analysis", "No skin analysis of its own"
    PERMISSION_WITHDRAWN = "permission_withdrawn", "The client withdrew the permission for assessment"
    NO_PERMISSION = "no_permission", "No permission for use as assessment evidence"
    NO_OBSERVER_PERMISSION = "no_observer_permission", "No permission for an observer on the day"
    ENTRY_NOT_VERIFIED = "entry_not_verified", "Entry requirements not verified yet"
    NOT_COUNTERSIGNED = "not_countersigned", "Awaiting countersignature"
    RETURNED = "returned", "Returned by the countersigner"
    IQA_ACTION = "iqa_action", "Quality assurance asked for action"
    STANDING = "standing", "The assessor's standing was not in order"
    OWN_WORK = "own_work", "Nobody assesses their own work"
    DEPTH = "depth", "Deeper than the centre's superficial limit"
    DEPTH_UNKNOWN = "depth_unknown", "No depth recorded"
    LIMIT_NOT_SET = "limit_not_set", "The centre has not set its superficial limit"
    OTHER_MODALITY = "other_modality", "Another modality"
    CRITERIA_NOT_MET = "criteria_not_met", "The criteria this count needs are not all marked met"
    KIND_NOT_ACCEPTED = "kind_not_accepted", "The centre does not accept this kind of evidence"
