"""Imports: registration of many users from one file, CSV or Excel workbook (R12)."""
