"""Signs users in to the portal (the website for accounts), and blocks password guessing."""
