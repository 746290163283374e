"""The business rules and the SQL of accounts in IMI, as synchronous code.

IMI is the European Commission's Internal Market Information System. This package calls neither
Slack nor a mail server, and serves no web pages; `handlers` and `bot` do. Numbers such as R46 and
D9 cite `docs/requirements.md`.
"""
