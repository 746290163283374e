"""The SQL of the outbox."""
