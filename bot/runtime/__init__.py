"""Background tasks, and the thread pool that hashes passwords."""
