"""Messages and notices that the bot sends, the state of their deliveries, and sending one again."""
