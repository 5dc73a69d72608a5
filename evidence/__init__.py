"""Evidence: qualification packs, observations, decisions, countersigning, sampling and the learner's portfolio."""
