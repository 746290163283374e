"""Viewing, editing, finding and registering authorities, and translating their titles, in Slack."""
