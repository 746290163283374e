"""Reading and exporting an authority's part of the audit trail, for its administrators (D22)."""
