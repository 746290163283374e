"""One's own authority, as a modal; pure."""

from slackblocks import Block, ModalView, PlainText, SectionBlock

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.texts import texts
from handlers.blocks import Json, drawn_view
from handlers.markdown import escaped

OPEN_AUTHORITY = "open_authority"
OPEN_CLASSIFICATION = "open_classification"
OPEN_MODULES = "open_modules"


def card(authority: Authority, catalogue: Catalogue, language: str) -> Json:
    """Return what is registered of the authority, and its modules."""
    _ = texts(language).gettext
    rows = [
        _("Official name: {name}", name=escaped(authority.official_name)),
        _("Informal title: {title}", title=escaped(authority.informal_title)),
        _("E-mail: {email}", email=escaped(authority.email)),
        _("Country: {country}", country=authority.country),
    ]
    modules = [escaped(catalogue.name_of_module(code, language)) for code in authority.modules]
    listed = "\n".join(f"• {name}" for name in modules) or _("No modules yet.")
    blocks: list[Block] = [
        SectionBlock("\n".join(rows)),
        SectionBlock("*" + _("Modules") + f"*\n{listed}"),
        SectionBlock(_("Modules are granted and withdrawn by the authority's access manager.")),
    ]
    view = ModalView(title=PlainText(_("My authority")), close=PlainText(_("Close")), blocks=blocks)
    return drawn_view(view)
