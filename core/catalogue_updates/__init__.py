"""Loading a new catalogue, and withdrawing the items in use that it drops (D24)."""
