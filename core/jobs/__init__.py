"""The state of the scheduled jobs: when each is due, its lease, and how its last run ended."""
