"""Renders the e-mail of a notice, such as a reminder, which must not contain a secret (D19)."""

from email.headerregistry import Address

from bot.mail.letter import Letter
from bot.mail.rendering import mail_templates
from core.languages.texts import texts
from handlers.ui.messages import NotificationText


def notice_letter(
    recipient: Address,
    language: str,
    text: NotificationText,
    link: str = "",
    *,
    to_person: bool = True,
) -> Letter:
    """Return the text as a letter, with a link to the portal if one is given.

    A mailbox that is not a person's, such as an authority's, is addressed without a greeting.
    """
    t = texts(language)
    values: dict[str, object] = {
        "_": t.gettext,
        "language": t.shown_language,
        "name": recipient.display_name,
        "to_person": to_person,
        "subject": text.subject,
        "lines": text.lines,
        "link": link,
    }
    return Letter(
        recipient=recipient,
        language=t.shown_language,
        subject=text.subject,
        plain=mail_templates().get_template("notice.txt").render(values),
        html=mail_templates().get_template("notice.html").render(values),
    )
