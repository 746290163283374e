"""What can be typed after `imi-bot`, one file a subject."""
