"""The product killed again and again while people work with it, and what is left afterwards."""
