"""Crash tests: the product is killed repeatedly under load, and the result is checked."""
