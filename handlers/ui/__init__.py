"""Block Kit, markdown and texts that the views of more than one feature draw with."""
