"""The delivery worker, which sends the messages of the outbox through Slack and by e-mail."""
