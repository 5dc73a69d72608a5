"""Enrolled tablets, the idle lock and the PIN that opens it."""
