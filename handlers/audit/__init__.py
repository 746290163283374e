"""The audit trail in Slack: searching it, and exporting it as files (D22).

A checkpoint is the number and the hash of an audit entry, signed with a key that is not in the
database.
"""
