"""Sessions of the portal (the website where users sign in), one for each signed-in browser."""
