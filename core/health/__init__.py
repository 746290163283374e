"""How the product itself is: what waits, what failed, when each job last succeeded."""
