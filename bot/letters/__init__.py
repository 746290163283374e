"""Letters: what the product says by e-mail, in the reader's language."""
