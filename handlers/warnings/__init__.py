"""What is said of what an authority still lacks (R39, R62)."""
