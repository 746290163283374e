"""The jobs that run by the clock: when each is due, who has it in hand, when it last succeeded."""
