"""The languages people read, and the texts in each of them."""
