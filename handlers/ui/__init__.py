"""Block Kit parts, escaping and texts that the views of several features share."""
