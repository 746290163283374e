"""The sandbox's web page of the workspace and mailbox: a JSON API, and the files in `static/`."""
