"""The health of the product: its queued and failed messages, its jobs, and refusals by services."""
