"""Parts that the process shares: tasks, locks, queue, hash threads, clock and call reports."""
