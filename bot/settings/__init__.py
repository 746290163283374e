"""Settings from the environment and an optional file, with their checks."""
