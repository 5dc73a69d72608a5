"""Who somebody is: sign-in, factors, attempts, invitations, sessions, proof of identity, break-glass."""
