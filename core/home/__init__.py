"""The data of the Slack app's Home tab for administrators.

An access manager, whose tab shows more, is an authority that manages others.
"""
