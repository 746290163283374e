"""The app's Home tab; it may import the features that it shows."""
