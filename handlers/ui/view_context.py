"""When and where the Home tab is looked at."""

from dataclasses import dataclass
from datetime import datetime

from core.catalogue.rules import Catalogue


@dataclass(frozen=True, slots=True)
class ViewContext:
    """When and where it is looked at."""

    now: datetime
    tz: str
    public_url: str
    catalogue: Catalogue
