"""The 24 official languages of the EU, and the translated texts in each of them."""
