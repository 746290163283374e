"""The migrations of the tables, run by Alembic.

A new one follows a change in `core/schema/`: a file in `versions/` with the number after the
newest one, whose number is its `down_revision`. It imports nothing of the product.
"""
