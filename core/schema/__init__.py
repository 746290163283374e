"""Every table of the database, one module for each feature."""
