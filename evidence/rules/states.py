"""Which state may follow which; buttons, the API and the services read the same tables."""

from collections.abc import Mapping

from evidence.choices import AppealState, DecisionState, ItemState, ObservationState, SamplingState

NEXT_OBSERVATION: Mapping[str, frozenset[str]] = {
    ObservationState.WATCHING: frozenset({ObservationState.CLOSED}),
    ObservationState.CLOSED: frozenset(),
}

NEXT_ITEM: Mapping[str, frozenset[str]] = {
    ItemState.OFFERED: frozenset({ItemState.UNDER_REVIEW, ItemState.WITHDRAWN}),
    ItemState.UNDER_REVIEW: frozenset({ItemState.DECIDED, ItemState.WITHDRAWN}),
    # Quality assurance's action, or a return by the countersigner, opens the item for a new decision (decision 47).
    ItemState.DECIDED: frozenset({ItemState.UNDER_REVIEW, ItemState.WITHDRAWN}),
    ItemState.WITHDRAWN: frozenset(),
}

NEXT_DECISION: Mapping[str, frozenset[str]] = {
    DecisionState.AWAITING_COUNTERSIGNATURE: frozenset({DecisionState.EFFECTIVE, DecisionState.RETURNED}),
    DecisionState.EFFECTIVE: frozenset(),
    DecisionState.RETURNED: frozenset(),
}

NEXT_SAMPLING: Mapping[str, frozenset[str]] = {
    SamplingState.PLANNED: frozenset({SamplingState.SAMPLED, SamplingState.AWAITING_COUNTERSIGNATURE}),
    SamplingState.AWAITING_COUNTERSIGNATURE: frozenset({SamplingState.SAMPLED}),
    SamplingState.SAMPLED: frozenset({SamplingState.REPORTED}),
    SamplingState.REPORTED: frozenset(),
}

NEXT_APPEAL: Mapping[str, frozenset[str]] = {
    AppealState.OPEN: frozenset({AppealState.ANSWERED}),
    AppealState.ANSWERED: frozenset(),
}
