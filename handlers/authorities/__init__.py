"""Viewing, editing, finding and registering authorities, and translating their titles, in Slack.

An access manager is an authority that manages others; its administrators act for it. In each of its
modules (areas of IMI), an authority can be a coordinator, to which others link.
"""
