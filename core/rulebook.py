"""What the rules go by: the numbers of the policy and the catalogue of modules and roles."""

from dataclasses import dataclass

from core.catalogue.rules import Catalogue
from core.policy import Policy


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The two things an authority may set, handed to every rule that needs them."""

    policy: Policy
    catalogue: Catalogue
