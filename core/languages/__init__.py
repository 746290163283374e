"""The 24 languages, and the translated texts in each of them."""
