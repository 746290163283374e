"""The slash command `/imi-help`, which lists the commands that the user may use."""
