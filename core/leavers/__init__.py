"""Leavers: users who left the Slack workspace, and asking administrators about them (D14)."""
