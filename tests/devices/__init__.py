"""Tablets, lock and PIN."""
