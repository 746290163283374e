"""Health of the product, for administrators of the national coordinator."""
