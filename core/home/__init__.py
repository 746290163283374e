"""The Home tab of an administrator."""
