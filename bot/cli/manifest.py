"""`imi-bot manifest`: prints the manifest from which the app is created in Slack."""

import typer

from bot.slack.manifest import manifest_path


def manifest() -> None:
    """Print the manifest from which the app is created in Slack."""
    typer.echo(manifest_path().read_text("utf-8"), nl=False)
