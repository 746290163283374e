"""The health of the product: queued and failed messages, jobs, and faults of Slack or mail.

Administrators of the national coordinator can see it; that is the access manager that no other
authority manages.
"""
