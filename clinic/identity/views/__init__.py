"""Pages of sign-in, account and people."""
