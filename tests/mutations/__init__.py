"""Mutations that show that each test named in the security pages can fail.

Each mutation breaks the line of the product that keeps a promise of SECURITY.md or docs/asvs.md;
the test that the page names must then fail. `python -m tests.mutations` runs them.
"""
