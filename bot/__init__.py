"""The running process: command line, HTTP server, portal, Slack connection, mail and jobs."""
