"""The demo clinic: believable people and histories, made through the real services only."""
