"""The audit trail as the administrators of an authority read and export it (D22)."""
