"""Access to the database, SQLite or PostgreSQL, by the two methods `read` and `write`.

Both run an operation, which is a function that receives an open transaction (a unit of work).
"""
