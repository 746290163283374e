"""The demo's invented data: authorities and their first users, Slack members and channels."""

from dataclasses import replace

from bot.demo.ireland import (
    COLLEAGUES,
    COORDINATOR,
    COORDINATOR_EMAIL,
    COORDINATOR_NAME,
    email_at_register,
)
from bot.demo.team import TEAM
from core.administration.registration import AuthorityRegistrationRequest
from core.authorities.registration_form import AuthorityForm
from core.members.rules import MemberKey
from core.users.rules import UserForm
from sandbox import Channel, Member

# The channel where the Commission translates titles.
COMMISSION = "C0EUROPE"


def members() -> list[Member]:
    """Return the members of the workspace."""
    guest = _member("U0GUEST", "Gita Guest", "gita@consultant.example", "en-GB")
    gone = _member("U0GONE", "Dan Departed", "dan@sundhed.example", "da-DK")
    return [
        _member("U0ANNA", "Anna Holm", "anna.holm@sundhed.example", "da-DK"),
        _member("U0JONAS", "Jonas Østergård", "jonas.oestergaard@sundhed.example", "da-DK"),
        _member("U0LUKASZ", "Łukasz Wójcik", "lukasz.wojcik@sundhed.example", "pl-PL"),
        _member("U0ELISE", "Élise Moreau", "elise.moreau@arbejde.example", "fr-FR"),
        _member("U0NIKOS", "Νίκος Παππάς", "nikos.pappas@arbejde.example", "el-GR"),
        _member("U0SIGNE", "Signe Thorsen", "signe.thorsen@fjordby.example", "da-DK"),
        _member("U0YULIA", "Юлия Петрова", "yulia.petrova@fjordby.example", "bg-BG"),
        _member("U0KARIN", "Karin Lindqvist", "karin.lindqvist@imi.example", "en-GB"),
        _member("U0PETRA", "Petra Novák", "petra.novak@europa.example", "en-GB"),
        replace(guest, is_restricted=True),
        replace(gone, deleted=True),
    ]


def irish_members() -> list[Member]:
    """Return the members of the two Irish authorities, the administrator's first."""
    people = [(member, name, email_at_register(name)) for member, name in COLLEAGUES.items()]
    people.append((COORDINATOR, COORDINATOR_NAME, COORDINATOR_EMAIL))
    return [replace(_member(*person, "en-IE"), tz="Europe/Dublin") for person in people]


def irish_channels() -> list[Channel]:
    """Return the team channels of the two Irish authorities; the bot is in both."""
    return [
        _channel("C0REGISTER", "health-register", tuple(COLLEAGUES)),
        _channel("C0IRELAND", "imi-ireland", (COORDINATOR,)),
    ]


def channels() -> list[Channel]:
    """Return the channels of the workspace; the bot is in each of them."""
    return [
        _channel("C0HEALTH", "sundhedsstyrelsen", ("U0ANNA", "U0JONAS", "U0LUKASZ")),
        _channel("C0LABOUR", "arbejdstilsynet", ("U0ELISE", "U0NIKOS")),
        _channel("C0TOWN", "fjordby-kommune", ("U0SIGNE", "U0YULIA")),
        _channel("C0IMI", "imi-koordinator", ("U0KARIN",)),
        _channel(COMMISSION, "titles-to-translate", ("U0PETRA",)),
    ]


def country_requests() -> list[AuthorityRegistrationRequest]:
    """Return the requests that register the authorities, the access manager's first."""
    return [
        AuthorityRegistrationRequest(
            AuthorityForm(
                official_name="Vesterlands nationale IMI-koordinator",
                informal_title="IMI-koordinatoren",
                email="imi@imi.example",
                country="DK",
                modules=("PQ", "SD", "PW", "PR", "EC"),
                access_manager=True,
                team_channel="C0IMI",
            ),
            _person("Karin", "Lindqvist", "en", "karin.lindqvist@imi.example", "U0KARIN"),
        ),
        AuthorityRegistrationRequest(
            AuthorityForm(
                official_name="Vesterlands Sundhedsstyrelse",
                informal_title="Sundhedsstyrelsen",
                email="post@sundhed.example",
                country="DK",
                modules=("PQ", "PR"),
                team_channel="C0HEALTH",
            ),
            _person("Anna", "Holm", "da", "anna.holm@sundhed.example", "U0ANNA"),
        ),
        AuthorityRegistrationRequest(
            AuthorityForm(
                official_name="Vesterlands Arbejdstilsyn",
                informal_title="Arbejdstilsynet",
                email="post@arbejde.example",
                country="DK",
                modules=("PW",),
                team_channel="C0LABOUR",
            ),
            _person("Élise", "Moreau", "fr", "elise.moreau@arbejde.example", "U0ELISE"),
        ),
        AuthorityRegistrationRequest(
            AuthorityForm(
                official_name="Fjordby Kommune",
                informal_title="Fjordby",
                email="post@fjordby.example",
                country="DK",
                modules=("SD",),
                team_channel="C0TOWN",
            ),
            _person("Signe", "Thorsen", "da", "signe.thorsen@fjordby.example", "U0SIGNE"),
        ),
    ]


def _person(first: str, last: str, language: str, email: str, member: str) -> UserForm:
    return UserForm(first, last, language, email, "", "", (), MemberKey(TEAM, member))


def _member(member: str, name: str, email: str, locale: str) -> Member:
    return Member(
        id=member,
        name=email.split("@", 1)[0],
        real_name=name,
        email=email,
        locale=locale,
        tz="Europe/Copenhagen",
    )


def _channel(channel: str, name: str, members: tuple[str, ...]) -> Channel:
    return Channel(id=channel, name=name, members=members, bot_in=True)
