"""Imports, in which administrators register many users from one CSV file or Excel workbook."""
