"""The roles that can be given, as ticks, one field a module (R48); pure."""

from dataclasses import dataclass

from slackblocks import (
    Block,
    CheckboxGroup,
    DividerBlock,
    InputBlock,
    Option,
    PlainText,
    SectionBlock,
    StaticMultiSelectMenu,
)

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.texts import Texts
from core.role_keys import ADMINISTRATOR, RoleKey
from handlers.payloads import SubmittedForm
from handlers.ui.markdown import escaped
from handlers.ui.role_names import role_name

ADMINISTRATOR_FIELD = "administrator"
ROLES_PREFIX = "roles_"  # and the module's code

# Slack's limits: https://docs.slack.dev/reference/block-kit
MOST_CHECKBOXES = 10
LONGEST_OPTION = 75


@dataclass(frozen=True, slots=True)
class RoleFormContext:
    """What the form is about: whose users, which roles there are, how many administrators."""

    authority: Authority
    catalogue: Catalogue
    administrators: int
    wanted: int


@dataclass(frozen=True, slots=True)
class RoleCheckboxes:
    """The roles that can be given, as ticks, one field a module (R48)."""

    held: tuple[str, ...]
    setting: RoleFormContext
    t: Texts

    def blocks(self) -> list[Block]:
        """Return a field for each module, and one for the administrator's role."""
        _ = self.t.gettext
        title = escaped(self.setting.authority.informal_title)
        roles = _("Roles in {authority}", authority=title)
        modules = [self._module(code) for code in self.setting.authority.modules]
        return [
            DividerBlock(),
            SectionBlock(f"*{roles}*"),
            *(field for field in modules if field is not None),
            self._administrator(),
            *self._stale(),
        ]

    def _module(self, code: str) -> InputBlock | None:
        catalogue = self.setting.catalogue
        options = {
            key: option_of(catalogue.name_of_role(key, self.t.language), str(key))
            for key in catalogue.roles_in([code])
            if key.module == code
        }
        name = catalogue.name_of_module(code, self.t.language)
        return self._field(ROLES_PREFIX + code, name, options) if options else None

    def _administrator(self) -> InputBlock:
        _ = self.t.gettext
        option = option_of(_("Registers and manages the authority's users"), str(ADMINISTRATOR))
        lacking = self.setting.administrators < self.setting.wanted
        only = _("Your authority has only one administrator. Another one can stand in for you.")
        return self._field(
            ADMINISTRATOR_FIELD,
            _("Administrator"),
            {ADMINISTRATOR: option},
            only if lacking else None,
        )

    def _stale(self) -> list[Block]:
        """Return what is held and can no longer be given: it can only be taken away (D13)."""
        catalogue = self.setting.catalogue
        possible = set(map(str, catalogue.roles_in(self.setting.authority.modules)))
        stale = {
            key: option_of(role_name(key, catalogue, self.t.language), str(key))
            for key in map(RoleKey.parse, self.held)
            if str(key) not in possible
        }
        label = self.t.gettext("No longer possible here")
        return [self._field(ROLES_PREFIX + "stale", label, stale)] if stale else []

    def _field(
        self, action_id: str, label: str, options: dict[RoleKey, Option], hint: str | None = None
    ) -> InputBlock:
        offered = list(options.values())
        held = [option for key, option in options.items() if str(key) in self.held] or None
        kind = CheckboxGroup if len(offered) <= MOST_CHECKBOXES else StaticMultiSelectMenu
        group = kind(action_id, offered, initial_options=held)
        return InputBlock(label, group, block_id=action_id, hint=hint, optional=True)


def option_of(text: str, value: str) -> Option:
    """Return a choice, its text cut to what Slack takes."""
    return Option(PlainText(text[:LONGEST_OPTION]), value)


def checked_roles_in(form: SubmittedForm) -> tuple[str, ...]:
    """Return the roles that are ticked, as `MODULE:ROLE`."""
    return tuple(
        value
        for action_id, values in form.values.items()
        if action_id == ADMINISTRATOR_FIELD or action_id.startswith(ROLES_PREFIX)
        for value in values
    )
