"""What people can press is answered, and nothing is answered that nobody can press."""

from collections.abc import Iterator
from dataclasses import replace

from core.administration.competences import Competences
from core.administration.modules import ModuleChangeEffects, ModuleEdit
from core.audit.rules import SYSTEM, Act, AuditEntry, AuditEvent
from core.audit_log.service import AuditLogLine as AuditLine
from core.audit_log.service import AuditLogPage as AuditPage
from core.audit_log.service import AuditLogQuery as AuditQuery
from core.authorities.details import details_of as details_of_authority
from core.authorities.titles import TitleTask
from core.authority_search.service import AuthorityQuery, SearchHit, SearchPage
from core.deliveries.rules import DeliveryState
from core.errors import LastHolderError, MemberFault
from core.home.service import Overview
from core.imports.rules import ImportReport, ImportRow, RowOutcome, RowStatus
from core.languages.texts import texts
from core.leavers.rules import Leaver
from core.policy import UsernameDelivery
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.users.list_page import UserListPage, UserListQuery
from core.users.rules import UserForm, details_of
from handlers.answers import notice
from handlers.audit.views import Shown as Trail
from handlers.audit.views import trail_view
from handlers.authorities import (
    access_views,
    choosing,
    founding_views,
    search_views,
    title_views,
)
from handlers.authorities import views as authority_views
from handlers.authorities.competence_fields import classification_blocks, module_blocks
from handlers.authorities.drafts import Drafts, Tab
from handlers.authorities.fields import detail_blocks
from handlers.authorities.founding_views import Founded
from handlers.deliveries.messages import onboarding, username_dm
from handlers.deliveries.notices import Said
from handlers.deliveries.undelivered import undelivered_message
from handlers.home import views as home
from handlers.home.frame import HomeContext
from handlers.imports import views as import_views
from handlers.me import views as me_views
from handlers.me.messages import report_message
from handlers.register import Handlers
from handlers.reminders.messages import lapsed_message, reminder_message
from handlers.removals import views as removal_views
from handlers.removals.messages import leaver_message
from handlers.resets import views as reset_views
from handlers.resets.messages import request_message
from handlers.roles import holder_views
from handlers.roles import views as role_views
from handlers.roles.ticks import Setting
from handlers.users import edit_views, finder, list_views, saved, views
from handlers.users.fields import Draft
from handlers.users.list_views import Shown
from handlers.warnings.messages import warning_message
from tests.handlers.authorities.cards import CARD
from tests.handlers.recorder import Recorder, some_parts
from tests.handlers.samples import A_REQUEST, HEALTH, IDA, QUIET, USERNAME_WAITS
from tests.handlers.shapes import Json
from tests.times import NOON

A_HAPPENING = AuditEvent(SYSTEM, Act.CATALOGUE_LOADED, 1, None, {})
A_LINE = AuditLine(AuditEntry(1, NOON, A_HAPPENING, "", "", "", ""), None, None)
A_TASK = TitleTask(1, 1, "Old", "New", 7, NOON)
FOUND = SearchPage((SearchHit(1, "T", "N", "", "DK", exact=True),), 30, 10, ("DK",))
FAILED = replace(USERNAME_WAITS, state=DeliveryState.FAILED)
A_NEW_ROW = RowOutcome(
    ImportRow(2, UserForm("Ida", "Holm", "da", "i@x.example", "", "")), RowStatus.CREATED
)
BUSY = replace(
    QUIET,
    requests=((A_REQUEST, IDA),),
    leavers=((Leaver(7, 1, MemberFault.GUEST, NOON, None, 1), IDA),),
    failed=((FAILED, IDA),),
    unheld=(RoleKey("PR", "REQ_HANDLER"),),
)


def modals(rulebook: Rulebook) -> list[Json]:
    catalogue, policy = rulebook.catalogue, rulebook.policy
    setting = Setting(HEALTH, catalogue, 1, 2)
    details = details_of(IDA)
    middle = UserListPage((IDA,), 40, more_before=True, more_after=True)
    return [
        views.form(Draft(language="en"), setting, "en"),
        views.check(Draft(language="en", username="ida"), setting, "en"),
        saved.saved(replace(IDA, member=None), (FAILED,), "en"),
        edit_views.form(7, edit_views.draft_of(details), details, "en"),
        finder.choice((IDA, IDA), "roles", "en"),
        import_views.form("en"),
        *authority_modals(rulebook),
        trail_view(
            Trail(AuditQuery(), AuditPage((A_LINE,), True, True), "UTC"), rulebook.catalogue, "en"
        ),
        import_views.report(ImportReport((A_NEW_ROW,)), {}, "en"),
        list_views.list_view(Shown(HEALTH, UserListQuery(), middle), frame(rulebook), "en"),
        role_views.form(IDA, role_views.draft_of(IDA), setting, "en"),
        role_views.check(IDA, role_views.draft_of(IDA), catalogue, own=True, language="en"),
        role_views.last_holder(LastHolderError(RoleKey("", "ADMIN"), 1), catalogue, "en"),
        holder_views.overview(HEALTH, {}, catalogue, "en"),
        holder_views.holders(RoleKey("", "ADMIN"), (IDA,), catalogue, "en"),
        reset_views.confirm(IDA, "en"),
        reset_views.ask((IDA,), policy, "en"),
        reset_views.decline(A_REQUEST, IDA, "en"),
        removal_views.confirm(IDA, policy, own=True, language="en"),
        removal_views.removed(IDA, policy, "en"),
        me_views.card(IDA, frame(rulebook)),
        me_views.report_form("en"),
        notice("Words.", "en"),
    ]


def authority_modals(rulebook: Rulebook) -> list[Json]:
    catalogue, t = rulebook.catalogue, texts("en")
    card, nothing = replace(CARD, on_behalf=True), ModuleEdit(1, *[frozenset[str]()] * 3)
    details = detail_blocks(details_of_authority(HEALTH), t, ticked=False, manages=True)
    keywords = classification_blocks(Competences(), catalogue, t)
    offered = {"PR": ((3, "Another"),)}
    codes = tuple(one.code for one in catalogue.modules)
    all_modules = replace(CARD, authority=replace(CARD.authority, modules=codes))
    modules = module_blocks(all_modules, Competences(), offered, catalogue, t)
    return [
        authority_views.card(card, catalogue, "UTC", "en"),
        authority_views.tab(Drafts(1, Tab.AUTHORITY), [*details, *keywords, *modules], "en"),
        access_views.form(HEALTH, nothing, catalogue, "en"),
        access_views.confirm(HEALTH, nothing, ModuleChangeEffects((), (), ()), catalogue, "en"),
        access_views.remove_form(HEALTH, 2, "en"),
        founding_views.form(Founded(), catalogue, "en"),
        founding_views.check(Founded(), (), 1, "en"),
        title_views.form(A_TASK, HEALTH, "en"),
        title_views.queue(((A_TASK, HEALTH),), 1, "en"),
        choosing.choice("show", "en"),
        choosing.choice("modules", "en"),
        search_views.search_view(AuthorityQuery(), FOUND, catalogue, "en"),
    ]


def frame(rulebook: Rulebook) -> HomeContext:
    return HomeContext(NOON, "UTC", "https://imi.example", rulebook.catalogue)


def blocks(rulebook: Rulebook) -> Iterator[Json]:
    for view in modals(rulebook):
        yield from view["blocks"]
    yield from outside_modals(rulebook)


def outside_modals(rulebook: Rulebook) -> Iterator[Json]:
    busy = Overview(IDA, HEALTH, BUSY, (IDA,))
    tabs = [
        home.for_administrator(busy, frame(rulebook), rulebook.policy),
        home.for_user(IDA, frame(rulebook)),
    ]
    for view in tabs:
        yield from view["blocks"]
    for way in UsernameDelivery:
        yield from username_dm(IDA, HEALTH, way).blocks
    yield from onboarding(IDA, HEALTH, None, rulebook.catalogue).blocks
    yield from request_message(A_REQUEST, IDA, "en").blocks
    yield from leaver_message(IDA, MemberFault.GUEST, "en").blocks
    yield from report_message(IDA, "x", "en").blocks
    said = Said("Subject", ("Line",))
    yield from reminder_message(said, "en", "https://imi.example").blocks
    yield from lapsed_message(said, IDA, "en").blocks
    yield from warning_message(said, None, "en").blocks
    yield from undelivered_message(said, USERNAME_WAITS, "en").blocks


def pressed(block: Json) -> list[str]:
    """Return what in the block tells the app at once."""
    elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
    if block.get("dispatch_action"):
        elements.append(block["element"])
    return [element["action_id"] for element in elements if "action_id" in element]


def recorded() -> Recorder:
    recorder = Recorder()
    Handlers(some_parts()).register(recorder)  # type: ignore[arg-type] # has what is used of it
    return recorder


def test_every_button_is_answered_and_no_other(rulebook: Rulebook) -> None:
    offered = {action_id for block in blocks(rulebook) for action_id in pressed(block)}

    assert set(recorded().actions) == offered


def test_every_modal_that_is_submitted_is_answered_and_no_other(rulebook: Rulebook) -> None:
    submitted = {view["callback_id"] for view in modals(rulebook) if "submit" in view}

    assert set(recorded().views) == submitted
