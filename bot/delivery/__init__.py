"""The delivery worker: sends the transactional outbox through Slack and by e-mail."""
