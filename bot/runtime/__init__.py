"""Work beside the event loop: background tasks and the pool of hashing threads."""
