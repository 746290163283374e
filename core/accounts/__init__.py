"""Use cases on users' accounts: registration, edits, Slack links, removal, erasure, data export."""
