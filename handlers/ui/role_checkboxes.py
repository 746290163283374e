"""Builds and reads checkboxes for the roles that a user can be given, grouped by module (R48)."""

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
from handlers.interactions import SubmittedForm
from handlers.ui.markdown import escaped
from handlers.ui.role_names import role_name

ADMINISTRATOR_FIELD = "administrator"
ROLES_PREFIX = "roles_"  # followed by the module's code

# Slack's limits: https://docs.slack.dev/reference/block-kit
MOST_CHECKBOXES = 10
LONGEST_OPTION = 75


@dataclass(frozen=True, slots=True)
class RoleFormContext:
    """The authority, its catalogue, and how many administrators it has and should have."""

    authority: Authority
    catalogue: Catalogue
    administrators: int
    administrators_wanted: int


@dataclass(frozen=True, slots=True)
class RoleCheckboxes:
    """The roles that can be given, as checkboxes grouped by module (R48)."""

    held: tuple[str, ...]
    form_context: RoleFormContext
    t: Texts

    def blocks(self) -> list[Block]:
        """Return a field for each module, and one for the administrator's role."""
        _ = self.t.gettext
        title = escaped(self.form_context.authority.informal_title)
        roles = _("Roles: {authority}", authority=title)
        modules = [self._module(code) for code in self.form_context.authority.modules]
        return [
            DividerBlock(),
            SectionBlock(f"*{roles}*"),
            *(field for field in modules if field is not None),
            self._administrator(),
            *self._no_longer_possible(),
        ]

    def _module(self, code: str) -> InputBlock | None:
        catalogue = self.form_context.catalogue
        options = {
            key: option_of(
                catalogue.name_of_role(key, self.t.language),
                str(key),
                catalogue.description_of_role(key, self.t.language),
            )
            for key in catalogue.roles_in([code])
            if key.module == code
        }
        name = catalogue.name_of_module(code, self.t.language)
        return self._field(ROLES_PREFIX + code, name, options) if options else None

    def _administrator(self) -> InputBlock:
        _ = self.t.gettext
        catalogue, language = self.form_context.catalogue, self.t.language
        text = catalogue.description_of_role(ADMINISTRATOR, language) or catalogue.name_of_role(
            ADMINISTRATOR, language
        )
        option = option_of(text, str(ADMINISTRATOR))
        too_few = self.form_context.administrators < self.form_context.administrators_wanted
        hint = _(
            "Your authority has too few administrators. Another administrator can stand in for you."
        )
        return self._field(
            ADMINISTRATOR_FIELD,
            _("Administrator"),
            {ADMINISTRATOR: option},
            hint if too_few else None,
        )

    def _no_longer_possible(self) -> list[Block]:
        """Return roles that are held but cannot be given any more; they can only be taken (D13)."""
        catalogue = self.form_context.catalogue
        possible = set(map(str, catalogue.roles_in(self.form_context.authority.modules)))
        stale = {
            key: option_of(role_name(key, catalogue, self.t.language), str(key))
            for key in map(RoleKey.parse, self.held)
            if str(key) not in possible
        }
        label = self.t.gettext("No longer available here")
        return [self._field(ROLES_PREFIX + "stale", label, stale)] if stale else []

    def _field(
        self, action_id: str, label: str, options: dict[RoleKey, Option], hint: str | None = None
    ) -> InputBlock:
        offered = list(options.values())
        held = [option for key, option in options.items() if str(key) in self.held] or None
        menu_class = CheckboxGroup if len(offered) <= MOST_CHECKBOXES else StaticMultiSelectMenu
        group = menu_class(action_id, offered, initial_options=held)
        return InputBlock(label, group, block_id=action_id, hint=hint, optional=True)


def option_of(text: str, value: str, description: str = "") -> Option:
    """Return an option with its texts cut to the length that Slack accepts."""
    line = PlainText(description[:LONGEST_OPTION]) if description else None
    return Option(PlainText(text[:LONGEST_OPTION]), value, line)


def checked_roles_in(form: SubmittedForm) -> tuple[str, ...]:
    """Return the checked roles as `MODULE:ROLE`."""
    return tuple(
        value
        for action_id, values in form.values.items()
        if action_id == ADMINISTRATOR_FIELD or action_id.startswith(ROLES_PREFIX)
        for value in values
    )
