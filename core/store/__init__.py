"""The database behind two doors, `read` and `write`; knows no feature."""
