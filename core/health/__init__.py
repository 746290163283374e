"""The health of the product: queued and failed messages, jobs, and faults of Slack or mail."""
