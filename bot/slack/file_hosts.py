"""Decides whether the bot's token may be sent to a file's URL: only to Slack and the sandbox.

The sandbox is the simulated Slack of the demo and the tests.
"""

from urllib.parse import urlsplit

from bot.settings.checks import is_loopback_url

# With the slash that ends the host, so that nothing can be added to it.
_SLACKS_HOSTS = ("https://files.slack.com/", "https://files.slack-gov.com/")


def may_receive_token(url: str, api_url: str) -> bool:
    """Return whether the bot's token may be sent to this URL of a file.

    The URL is not always Slack's: for a file in a cloud drive, it is the drive's. If the API is
    that of a sandbox on this machine, the sandbox's file URLs are accepted too.
    """
    if url.startswith(_SLACKS_HOSTS):
        return True
    api = urlsplit(api_url)
    return is_loopback_url(api_url) and url.startswith(f"{api.scheme}://{api.netloc}/")
