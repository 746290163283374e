"""The transactional outbox: messages are queued in the transaction of a change, and sent later.

A delivery is a row of the outbox: one message to one recipient. The delivery worker claims due
deliveries under a lease, which is the right of one process to work on them until a certain time.
It sends each one, and records that it was sent, has failed, or is retried with backoff. There are
two lanes, Slack and mail, whose queues do not delay each other.
"""
