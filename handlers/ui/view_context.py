"""The values that all views of users need: time, reader's time zone, portal's URL, catalogue."""

from dataclasses import dataclass
from datetime import datetime

from core.catalogue.rules import Catalogue


@dataclass(frozen=True, slots=True)
class ViewContext:
    """The current time, the reader's time zone, the portal's address, and the catalogue."""

    now: datetime
    tz: str
    public_url: str
    catalogue: Catalogue
