"""The API door of consultations: the same verbs as the pages."""
