"""Scheduled jobs: the table of jobs, the scheduler, member sync and audit checkpoints."""
