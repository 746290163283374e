"""The commands of `imi-bot`, one module per command or group of commands, and their helpers."""
