"""The delivery worker, which sends the messages of the outbox through Slack and by e-mail.

The outbox is the table in which messages are queued in the transaction of a change.
"""
