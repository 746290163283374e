"""What an authority still lacks, and the administrators told of it again and again (R39, R62)."""
