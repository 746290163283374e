"""The health of the product, which administrators of the national coordinator can see."""
