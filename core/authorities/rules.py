"""The data classes of an authority: `NewAuthority` before it is stored, and `Authority` after."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """The validated data of an authority that is to be registered."""

    official_name: str
    informal_title: str
    email: str
    country: str
    modules: tuple[str, ...]
    access_manager: bool = False
    team_channel: str | None = None
    manager_id: int | None = None
    text_language: str = "en"
    languages: tuple[str, ...] = ()
    web_site: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """A public body registered in IMI; `manager_id` is the authority that manages its access.

    `confirmed_at` is when its data was last confirmed to be right, `review_requested_at` when its
    administrators were last asked to confirm it.
    """

    id: int
    official_name: str
    informal_title: str
    email: str
    country: str
    access_manager: bool
    team_channel: str | None
    registered_at: datetime
    modules: tuple[str, ...]
    manager_id: int | None = None
    description: str = ""
    text_language: str = "en"
    phone: str | None = None
    address: str = ""
    place: str = ""
    web_site: str | None = None
    languages: tuple[str, ...] = ()
    confirmed_at: datetime | None = None
    review_requested_at: datetime | None = None
    removed_at: datetime | None = None

    def manages(self, other: "Authority") -> bool:
        """Return whether this authority is the access manager of the other one (D15)."""
        return self.access_manager and other.manager_id == self.id


def name_key_of(official_name: str) -> str:
    """Return the key by which official names are compared, ignoring case and extra spaces."""
    return " ".join(official_name.split()).casefold()
