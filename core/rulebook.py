"""The rulebook: a data class that holds the policy and the catalogue.

The policy has the limits of the rules; the catalogue lists IMI's modules, roles and keywords.
"""

from dataclasses import dataclass

from core.catalogue.rules import Catalogue
from core.policy import Policy


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policy and the catalogue of modules and roles."""

    policy: Policy
    catalogue: Catalogue
