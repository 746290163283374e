"""Reading `manifest.yml`: what the Slack app is allowed and what it offers."""

from functools import cache
from pathlib import Path

import yaml

PLACES = (Path(__file__).parents[2] / "manifest.yml", Path(__file__).with_name("manifest.yml"))


def manifest_path() -> Path:
    """Return where the manifest is: in the checkout, or installed beside this module."""
    return next(place for place in PLACES if place.exists())


@cache
def required_scopes() -> frozenset[str]:
    """Return the bot scopes that the manifest asks for."""
    manifest = yaml.safe_load(manifest_path().read_text("utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])
