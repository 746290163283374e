"""The health of the product: queued and failed deliveries, and the state of each job."""
