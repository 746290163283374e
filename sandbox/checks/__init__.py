"""Slack's checks of views and messages: its limits as tables, and the rules that apply them."""
