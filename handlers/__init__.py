"""The Slack interface: parses Slack's requests, calls the rules in `core`, and renders Block Kit.

Each feature has a package, with `listeners.py` for what users do in Slack and `views.py` for
modals.
"""
