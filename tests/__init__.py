"""Tests of MesoRecord."""
