"""Home: what an administrator sees first."""
