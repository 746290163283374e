"""The audit trail: who did what and when, in a hash chain that shows tampering (D22).

A checkpoint is the number and the hash of the newest entry at one time, signed with a key that is
not in the database.
"""
