"""Messages and notices that the bot sends, the state of each, and sending failed ones again."""
