"""The commands of `imi-bot`, one module each."""
