"""Help: the list of all slash commands."""
