"""The hosts from which files are downloaded: they alone are sent the bot's token."""

from urllib.parse import urlsplit

from bot.settings.checks import is_loopback_url

# With the slash that ends the host, so that nothing can be added to it.
_SLACKS_HOSTS = ("https://files.slack.com/", "https://files.slack-gov.com/")


def may_receive_token(url: str, api_url: str) -> bool:
    """Return whether the bot's token may be sent to this address of a file.

    It comes from outside: Slack describes a file in a cloud drive with the drive's address. On
    this machine, the sandbox serves both the API and the files.
    """
    if url.startswith(_SLACKS_HOSTS):
        return True
    api = urlsplit(api_url)
    return is_loopback_url(api_url) and url.startswith(f"{api.scheme}://{api.netloc}/")
