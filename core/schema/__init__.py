"""All tables of the database, one module for each feature."""
