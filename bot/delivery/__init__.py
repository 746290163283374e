"""The delivery worker, which sends the messages of the outbox through Slack and by e-mail.

The outbox is the table in which messages are queued in the transaction of a change. A delivery is a
row of it. The worker holds a lease on each delivery that it sends: the right of one process to work
on it until a certain time.
"""
