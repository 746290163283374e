"""The state of the scheduled jobs: when each is due, its lease, and how its last run ended.

A lease is the right of one process to run a job until a certain time; a long run renews it.
"""
