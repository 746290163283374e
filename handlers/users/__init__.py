"""Users: registering a colleague."""
