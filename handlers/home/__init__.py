"""The Home tab of the Slack app, which shows parts of the other features.

Only this feature may import other features.
"""
