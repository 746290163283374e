"""A shell to type the commands in, and the first command of all."""

from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.bot.log_capture import log_to_memory

REGISTER = [
    "authority", "register", "--official-name", "Health Agency", "--email", "post@health.example",
    "--country", "dk", "--module", "PQ", "--first-name", "Anna", "--last-name", "Holm",
    "--user-email", "anna@health.example", "--language", "da",
]  # fmt: skip


class Shell:
    """Types commands in an environment of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def type(self, *words: str, typed: str = "") -> Result:
        """Type the words, and `typed` where it is asked for more."""
        try:
            return CliRunner().invoke(app, list(words), input=typed, env=self.environment)
        finally:
            # The command's own stream is closed: whatever logs in a later test would break on it.
            log_to_memory()
