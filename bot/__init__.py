"""The running process: it connects `handlers` and `core` to Slack, mail and the database.

It has the command line, settings, HTTP server, portal (the website where users sign in), Slack
connection, mail, delivery worker, scheduled jobs, monitoring and demo.
"""
