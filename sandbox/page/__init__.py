"""The page that shows the workspace in a browser: its JSON API in Python, its files in static/."""
