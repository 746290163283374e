"""Parts of Block Kit, escaping, and texts that the views of several features share."""
