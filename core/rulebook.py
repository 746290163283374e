"""The rulebook: one value with the policy (limits) and the catalogue (modules, roles, keywords)."""

from dataclasses import dataclass

from core.catalogue.rules import Catalogue
from core.policy import Policy


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policy and the catalogue of modules and roles."""

    policy: Policy
    catalogue: Catalogue
