"""Unique strings that stand for personal data and secrets, and a detector of their leaks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox import Member

if TYPE_CHECKING:
    from bot.demo.demo import Demo

# A user in Slack, one without Slack, and the texts that they type.
KESTREL = "U0KESTREL"
PERSON = Member(
    KESTREL, "kestrel", "Kestrelina Nightjarsen", "avocet.9131@sundhed.example", "da-DK"
)
NEW_EMAIL, PHONE = "dunlin.9132@sundhed.example", "71 99 88 77"
USERNAME = "wagtail.9133"
REASON, REPORT, SOUGHT = "Reason-whimbrel-9134", "Report-turnstone-9135", "Sought-bittern-9136"
# The username proposed for this name is part of the address already.
IMPORTED = "Dotterel;Ptarmigan;da;dptarmigan@sundhed.example;+4571998876;;PQ:BASIC"
BROKEN_ROW = "Fieldfare;Wryneck;dk;hoopoe.9139@sundhed.example;+4571998875;siskin.9140;PQ:NONE"
IN_SLACK_ONLY = ("wagtail.9133", "dptarmigan2", "siskin.9140")
PERSONAL = (
    *("Kestrelina", "Nightjarsen", "avocet.9131", "dunlin.9132", "wagtail.9133", "71998877"),
    *("71 99 88 77", "Dotterel", "Ptarmigan", "dptarmigan@", "71998876", "dptarmigan2"),
    *("Fieldfare", "Wryneck", "hoopoe.9139", "71998875", "siskin.9140"),
    *(REASON, REPORT, SOUGHT),
)

OWN, NEXT = "Quiet-harbour-9141", "Quiet-harbour-9142"
WRONG, WEAK, MISPLACED = "Wrong-linnet-9143", "weaklinnet", "Misplaced-linnet-9144"
LONG = "Long-linnet-9145" * 20
TYPED = (OWN, NEXT, WRONG, WEAK, MISPLACED, LONG)

BOT, APP, SIGNING = "xoxb-canary-redshank-9146", "xapp-canary-redshank-9147", "redshank9148" * 3
KEY, AUDIT_KEY, METRICS = "secretkey-9149-" * 3, "auditkey-9150-" * 3, "metrics-token-9151"
MAIL_PASSWORD, DATABASE_PASSWORD = "mail-godwit-9152", "base-godwit-9153"
SECRETS = (BOT, APP, SIGNING, KEY, AUDIT_KEY, METRICS, MAIL_PASSWORD, DATABASE_PASSWORD)

_TEMPORARY = re.compile(r"^\s+(\S{4}(?:-\S{4})+)\s*$", re.MULTILINE)


def temporary_passwords_in(text: str) -> list[str]:
    """Return the temporary passwords in a mail."""
    return _TEMPORARY.findall(text)


def found_in(planted: tuple[str, ...], text: str) -> set[str]:
    """Return the planted strings that are in the text."""
    return {planted_text for planted_text in planted if planted_text in text}


@dataclass(frozen=True, slots=True)
class Leak:
    """A planted string in a place where it must not be."""

    planted_text: str
    location: str


@dataclass(slots=True)
class LeakDetector:
    """Searches everything that the product writes, and records leaks."""

    demo: Demo
    leaks: list[Leak] = field(default_factory=list)

    @property
    def passwords(self) -> tuple[str, ...]:
        """Return all passwords that were typed or mailed."""
        mails = self.demo.slack.mails
        return (*TYPED, *(found for mail in mails for found in temporary_passwords_in(mail.plain)))

    def forbid(self, planted: tuple[str, ...], text: str, location: str) -> None:
        """Record a leak for each of these strings in the text."""
        self.leaks += [
            Leak(planted_text, location) for planted_text in sorted(found_in(planted, text))
        ]

    def forbid_all(self, text: str, location: str) -> None:
        """Record a leak for each planted string of any kind in the text."""
        self.forbid((*PERSONAL, *SECRETS, *self.passwords), text, location)

    def check_slack(self) -> None:
        """Check Slack: no secrets; usernames in blocks alone, and never in a channel."""
        sent = b"\n".join(self.demo.slack.received).decode(errors="replace")
        self.forbid((*SECRETS, *self.passwords), sent, "slack")
        for call in self.demo.slack.calls:
            self.forbid(IN_SLACK_ONLY, str(call.body.get("text", "")), f"text of {call.method}")
            if call.method.startswith("chat.") and _is_to_channel(call.body):
                personal = ("avocet.9131", "dunlin.9132", "71998877", *IN_SLACK_ONLY)
                self.forbid(personal, _as_text(call.body), f"channel {call.body['channel']}")
        for message in self.demo.slack.messages("C0HEALTH"):
            self.forbid(IN_SLACK_ONLY, _as_text(message.blocks), "team channel")

    def check_mails(self) -> None:
        """Check mails: no usernames, and each temporary password in its own mail alone."""
        mails = self.demo.slack.mails
        for mail in mails:
            whole = f"{mail.subject}{mail.plain}{mail.html}{mail.headers}"
            others = [
                p
                for other in mails
                if other is not mail
                for p in temporary_passwords_in(other.plain)
            ]
            hidden = (*IN_SLACK_ONLY, *SECRETS, *TYPED, *others)
            self.forbid(hidden, whole, f"mail {mail.subject}")


def _is_to_channel(body: dict[str, Any]) -> bool:
    return str(body.get("channel", "")).startswith("C")


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
