"""Messages that the bot sends: their texts, their state, and buttons to send failed ones again."""
