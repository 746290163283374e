"""Authorities: viewing, editing, finding and registering them, and translating their titles."""
