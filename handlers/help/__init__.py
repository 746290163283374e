"""The command `/imi-help`, which lists the commands that a person may use."""
