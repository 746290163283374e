"""The demo's invented Irish data: two authorities and the names of their people.

Their people work in English, so the demo's page opens with them.
"""

from bot.demo.team import TEAM
from core.administration.registration import AuthorityRegistrationRequest
from core.authorities.registration_form import AuthorityForm
from core.members.rules import MemberKey
from core.users.rules import UserForm

AT = "healthregister.example"
# The administrator with whom the page opens, and a colleague who is no user yet.
ADMINISTRATOR, NEWCOMER = "U0AOIFE", "U0EOIN"
COORDINATOR = "U0NIAMH"


# The names of the Slack members of the health register by their ids, the administrator's first.
COLLEAGUES = {
    ADMINISTRATOR: "Aoife Byrne",
    NEWCOMER: "Eoin Murphy",
    "U0CONOR": "Conor Walsh",
    "U0ORLA": "Orla Fitzgerald",
    "U0SAOIRSE": "Saoirse Nolan",
    "U0LIAM": "Liam Doyle",
    "U0GRAINNE": "Gráinne Burke",
    "U0CIARAN": "Ciarán Kelly",
    "U0DECLAN": "Declan Quinn",
    "U0MAIRE": "Máire Kavanagh",
}
COORDINATOR_NAME, COORDINATOR_EMAIL = "Niamh Ryan", "niamh.ryan@imi-ireland.example"


def irish_requests() -> list[AuthorityRegistrationRequest]:
    """Return the requests that register the two authorities, the access manager's first."""
    return [
        AuthorityRegistrationRequest(
            AuthorityForm(
                official_name="National IMI Coordinator of Ireland",
                informal_title="IMI Coordinator",
                email="imi@imi-ireland.example",
                country="IE",
                modules=("PQ", "SD", "PW", "PR", "EC"),
                access_manager=True,
                team_channel="C0IRELAND",
            ),
            person("Niamh", "Ryan", COORDINATOR_EMAIL, COORDINATOR),
        ),
        AuthorityRegistrationRequest(
            AuthorityForm(
                official_name="Irish Register of Health Professionals",
                informal_title="Health Register",
                email=f"office@{AT}",
                country="IE",
                modules=("PQ", "PR"),
                team_channel="C0REGISTER",
            ),
            person("Aoife", "Byrne", f"aoife.byrne@{AT}", ADMINISTRATOR),
        ),
    ]


def person(first: str, last: str, email: str, member: str | None) -> UserForm:
    """Return the form of a user who works in English."""
    key = None if member is None else MemberKey(TEAM, member)
    return UserForm(first, last, "en", email, "", "", (), key)


def email_at_register(name: str) -> str:
    """Return the e-mail address of a person at the health register, without accents."""
    plain = name.translate(str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU"))
    return f"{plain.lower().replace(' ', '.')}@{AT}"
