"""The SQL of the outbox, the table in which messages wait to be sent."""
