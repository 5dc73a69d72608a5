"""The back button: what a client with the tablet can bring up again."""
