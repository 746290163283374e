"""The SQL of users and of the roles they hold."""
