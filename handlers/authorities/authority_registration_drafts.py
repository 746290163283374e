"""The input so far while an authority is registered: its data, and those of the first user."""

from dataclasses import dataclass, replace

from core.authorities.registration_form import AuthorityForm
from core.text_lengths import LONGEST_EMAIL
from core.users.rules import UserForm
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui import person_fields
from handlers.ui.module_checkboxes import MODULES_PREFIX, checked_modules_in
from handlers.ui.person_fields import UserDraft

# Not "email", which is the field of the first user.
AUTHORITY_EMAIL = "authority_email"
# Not "member", whose picking fills in the form of `/imi-adduser`.
MEMBER = "first_user_member"
# The input about the first user, kept while the first step is shown again.
_KEPT_TEXTS = ("language", "member", "first_name", "last_name", "email", "phone", "username")
_LONGEST_KEPT = LONGEST_EMAIL


@dataclass(frozen=True, slots=True)
class AuthorityDraft:
    """The input of the first step: the authority's data."""

    official_name: str = ""
    informal_title: str = ""
    email: str = ""
    web_site: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    text_language: str = ""
    modules: tuple[str, ...] = ()

    def as_metadata(self) -> Json:
        """Return the draft as metadata of the second step."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def as_form(self) -> AuthorityForm:
        """Return the draft as a form for core to check."""
        return AuthorityForm(
            self.official_name,
            self.informal_title or self.official_name,
            self.email,
            self.country,
            self.modules,
            language=self.text_language,
            languages=self.languages,
            web_site=self.web_site,
        )


def draft_in_fields(form: SubmittedForm) -> AuthorityDraft:
    """Read the draft from the fields of the first step."""
    return AuthorityDraft(
        form.text("official_name"),
        form.text("informal_title"),
        form.text(AUTHORITY_EMAIL),
        form.text("web_site"),
        form.text("country"),
        form.values.get("languages", ()),
        form.text("text_language"),
        tuple(sorted(checked_modules_in(form, MODULES_PREFIX))),
    )


def draft_in_metadata(form: SubmittedForm) -> AuthorityDraft:
    """Read the draft from the metadata of the second step."""
    return AuthorityDraft(
        form.metadata_text("official_name"),
        form.metadata_text("informal_title"),
        form.metadata_text("email"),
        form.metadata_text("web_site"),
        form.metadata_text("country"),
        form.metadata_texts("languages"),
        form.metadata_text("text_language"),
        form.metadata_texts("modules"),
    )


def first_user_form(draft: UserDraft, team_id: str) -> UserForm:
    """Return the draft of the first user as a form for core to check; core adds the roles."""
    return replace(draft.as_form(team_id), username=draft.username.strip(), roles=())


def first_user_draft_in(form: SubmittedForm) -> UserDraft:
    """Read the draft of the first user from the fields of the second step."""
    draft = person_fields.draft_in_fields(form)
    username = form.text(person_fields.USERNAME)
    return replace(draft, member=form.text(MEMBER), username=username)


def first_user_metadata(draft: UserDraft) -> Json:
    """Return the draft of the first user as metadata of the first step.

    A text that no field accepts is cut, so that Slack accepts the metadata.
    """
    typed = {name: getattr(draft, name)[:_LONGEST_KEPT] for name in _KEPT_TEXTS}
    return {"first_user": typed, **draft.first_step_metadata()}


def first_user_draft_in_metadata(form: SubmittedForm, language: str) -> UserDraft:
    """Read the draft of the first user from the metadata of the first step.

    It is empty but for `language` if the second step was not shown yet.
    """
    typed = form.metadata_mapping("first_user")
    return UserDraft(
        language=typed.get("language") or language,
        member=typed.get("member", ""),
        first_name=typed.get("first_name", ""),
        last_name=typed.get("last_name", ""),
        email=typed.get("email", ""),
        phone=typed.get("phone", ""),
        username=typed.get("username", ""),
        filled=form.metadata_text("filled"),
        round=form.metadata_number("round"),
    )
