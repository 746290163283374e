"""The business rules and the SQL: synchronous code that knows nothing of Slack, web or mail."""
