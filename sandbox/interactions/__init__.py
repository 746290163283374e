"""The acts of a simulated member, such as a click or a command; most are sent to the app."""
