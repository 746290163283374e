"""The database behind an interface of two methods, `read` and `write`; knows no feature."""
