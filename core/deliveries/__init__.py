"""The transactional outbox: messages are queued with the change they are about, and sent later.

A service writes its outbox rows in the transaction of the change. The delivery worker claims due
rows under a lease, sends them, and settles each as sent, failed, or to be retried with backoff.
"""
