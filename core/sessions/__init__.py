"""TODO core/sessions."""
