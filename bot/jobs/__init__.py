"""Scheduled jobs: their list, the scheduler, member sync, audit checkpoints, operator notices."""
