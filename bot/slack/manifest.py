"""Finds the Slack app's manifest, `manifest.yml`, and reads the required scopes from it.

In a checkout it is in the root directory; the wheel has it beside this module.
"""

from functools import cache
from pathlib import Path

import yaml

# The place beside this module comes first: above an installed package, files belong to others.
PATHS = (Path(__file__).with_name("manifest.yml"), Path(__file__).parents[2] / "manifest.yml")


def manifest_path() -> Path:
    """Return the path of the manifest: installed beside this module, or in the checkout."""
    return next(path for path in PATHS if path.exists())


@cache
def required_scopes() -> frozenset[str]:
    """Return the bot scopes that the manifest asks for."""
    manifest = yaml.safe_load(manifest_path().read_text("utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])
