"""Rotation of keys: the installation's, and each client's; the logged window for frozen rows (decision 15)."""
