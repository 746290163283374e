"""The SQL of the audit trail: its entries, its checkpoints, and the ids of purged users.

A checkpoint is the signed number and hash of an entry; a purged user is a pseudonymised one.
"""
