"""The acts of a simulated member, such as a click or a command; each is sent to the app."""
