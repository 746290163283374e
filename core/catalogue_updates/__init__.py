"""TODO core/catalogue_updates."""
