"""Warns administrators when a role of their authority has too few holders (R39, R62).

Such a lack is called a gap. Fewer administrators than the policy wants are a gap too.
"""
