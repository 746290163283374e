"""The state of the simulated workspace: members, conversations, messages, views, files, clock."""
