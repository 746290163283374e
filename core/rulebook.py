"""The rulebook: the policy and the catalogue in one value, because most services need both."""

from dataclasses import dataclass

from core.catalogue.rules import Catalogue
from core.policy import Policy


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policy and the catalogue of modules and roles."""

    policy: Policy
    catalogue: Catalogue
