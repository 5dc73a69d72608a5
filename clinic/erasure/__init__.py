"""Erasing a client by destroying their keys: ledger, keys, log, scrub (decision 19), and holds that forbid it."""
