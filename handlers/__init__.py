"""The Slack interface: parses Slack's requests, calls the rules in `core`, and renders Block Kit.

Each feature has one package. Modules ending in `listeners` have one method per user action; those
ending in `views` return modals and Home tabs; those named `messages` render direct messages, posts
in channels and texts of e-mails.
"""
