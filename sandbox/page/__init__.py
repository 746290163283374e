"""The web page that shows the workspace and mailbox: a JSON API, and the files in `static/`."""
