"""The state of the workspace: members, conversations, messages, views, files and clock."""
