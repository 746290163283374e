"""TODO core/authority_search."""
