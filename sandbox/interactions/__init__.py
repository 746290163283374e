"""The acts of a simulated member, such as a click or a command; each returns the app's `Answer`."""
