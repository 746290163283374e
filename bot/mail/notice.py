"""The letter that tells somebody what was done; no secret is ever in it (D19)."""

from email.headerregistry import Address

from bot.mail.letter import Letter
from bot.mail.rendering import mail_templates
from core.languages.texts import texts
from handlers.ui.messages import NotificationText


def notice_letter(
    recipient: Address, language: str, said: NotificationText, link: str = ""
) -> Letter:
    """Return the words as an e-mail, with a link to the portal where one helps."""
    values: dict[str, object] = {
        "_": texts(language).gettext,
        "language": language,
        "name": recipient.display_name,
        "subject": said.subject,
        "lines": said.lines,
        "link": link,
    }
    return Letter(
        recipient=recipient,
        language=language,
        subject=said.subject,
        plain=mail_templates().get_template("notice.txt").render(values),
        html=mail_templates().get_template("notice.html").render(values),
    )
