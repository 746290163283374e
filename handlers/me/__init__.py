"""The account of the user who sends the request."""
