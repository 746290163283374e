"""Labels of the fields of users and authorities, in the reader's language."""

from core.languages.texts import Texts


def user_field_label(name: str, t: Texts) -> str:
    """Return the label of a detail of a user."""
    _ = t.gettext
    return {
        "first_name": _("first name"),
        "last_name": _("last name"),
        "language": _("working language"),
        "email": _("e-mail address"),
        "phone": _("telephone"),
        "username": _("username"),
        "member": _("Slack member"),
    }.get(name, name)


def authority_field_label(name: str, t: Texts) -> str:
    """Return the label of a field of the Authority tab, or of another detail of an authority."""
    _ = t.gettext
    return {
        "official_name": _("Official name"),
        "informal_title": _("Informal title"),
        "description": _("Description"),
        "text_language": _("Language of title and description"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
        "address": _("Address"),
        "place": _("Place"),
        "web_site": _("Website"),
        "country": _("Country"),
        "languages": _("Working languages"),
        "team_channel": _("Team channel"),
        "manager": _("Access manager"),
    }[name]
