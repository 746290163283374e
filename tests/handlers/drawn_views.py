"""Samples of every view and message that the product renders."""

from collections.abc import Iterator
from dataclasses import replace

from core.administration.competences import Competences
from core.administration.module_effects import ModuleChangeEffects
from core.administration.modules import ModuleEdit
from core.audit.rules import SYSTEM, Act, AuditEntry, AuditEvent
from core.audit_log.service import AuditLogLine as AuditLine
from core.audit_log.service import AuditLogPage as AuditPage
from core.audit_log.service import AuditLogQuery as AuditQuery
from core.authorities.details import details_of as details_of_authority
from core.authorities.titles import TitleTask
from core.authority_search.service import AuthorityQuery, SearchHit, SearchPage
from core.deliveries.bulk_resend import FailedMessages
from core.deliveries.rules import DeliveryKind, DeliveryState
from core.errors import FieldChange, LastHolderError, MemberFault, RequiredError
from core.home.attention import AttentionKind, Sample
from core.home.service import ManagedAuthorities, Overview
from core.imports.rules import FileNotes, ImportReport, ImportRow, RowOutcome, RowStatus
from core.languages.texts import texts
from core.leavers.rules import Leaver
from core.policy import Policy, UsernameDelivery
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.users.list_page import UserListPage
from core.users.rules import UserForm, details_of
from handlers.audit.views import AuditTrailState as Trail
from handlers.audit.views import trail_view
from handlers.authorities import (
    access_manager_views,
    administrator_naming_views,
    authority_picker,
    authority_registration_views,
    search_views,
    title_translation_views,
)
from handlers.authorities import views as authority_views
from handlers.authorities.authority_registration_drafts import AuthorityDraft
from handlers.authorities.competence_fields import classification_blocks, module_blocks
from handlers.authorities.detail_fields import detail_blocks
from handlers.authorities.tab_drafts import Tab, TabDrafts
from handlers.deliveries import resend_views
from handlers.deliveries.failure_messages import undelivered_message
from handlers.deliveries.messages import new_user_message, username_message
from handlers.home import views as home
from handlers.imports import views as import_views
from handlers.imports.result_message import result_message
from handlers.me import views as me_views
from handlers.me.messages import report_message
from handlers.reminders.messages import expired_password_message, reminder_message
from handlers.removals import views as removal_views
from handlers.removals.messages import leaver_message
from handlers.resets import views as reset_views
from handlers.resets.messages import request_message
from handlers.responses import refusal_view
from handlers.roles import holder_views
from handlers.roles import views as role_views
from handlers.roles.holder_views import HolderDraft
from handlers.ui import user_confirmation, user_menu
from handlers.ui.last_holder import last_holder_view
from handlers.ui.messages import NotificationText
from handlers.ui.person_fields import UserDraft
from handlers.ui.role_checkboxes import RoleFormContext
from handlers.ui.view_context import ViewContext
from handlers.ui.whom_to_ask import whom_to_ask_blocks
from handlers.users import edit_views, list_views, registration_views
from handlers.users.list_choices import ListChoices
from handlers.users.list_views import UserListState
from handlers.warnings.messages import warning_message
from tests.handlers.authorities.sample_cards import SAMPLE_CARD
from tests.handlers.block_kit import Json
from tests.handlers.sample_values import (
    A_REQUEST,
    HEALTH,
    IDA,
    NO_ATTENTION_ITEMS,
    WAITING_USERNAME,
)
from tests.times import NOON

LISTED = ((2, "Town", "Town of Fjordby"),)
A_HAPPENING = AuditEvent(SYSTEM, Act.CATALOGUE_LOADED, 1, None, {})
A_LINE = AuditLine(AuditEntry(1, NOON, A_HAPPENING, "", "", "", ""), None, None)
A_TASK = TitleTask(1, 1, "Old", "New", 7, NOON)
FOUND = SearchPage((SearchHit(1, "T", "N", "", "DK", exact=True),), 30, 10, ("DK",))
FAILED = replace(WAITING_USERNAME, state=DeliveryState.FAILED)
A_NEW_ROW = RowOutcome(
    ImportRow(2, UserForm("Ida", "Holm", "da", "i@x.example", "", "")), RowStatus.CREATED
)
A_REFUSED_ROW = replace(A_NEW_ROW, status=RowStatus.REFUSED, refusal=RequiredError("email"))
BUSY = replace(
    NO_ATTENTION_ITEMS,
    requests=Sample(((A_REQUEST, IDA),), 9),
    leavers=Sample(((Leaver(7, 1, MemberFault.GUEST, NOON, None, 1, 1), IDA),), 9),
    failed_deliveries=Sample(((FAILED, IDA),), 9),
    role_gaps=Sample((RoleKey("PR", "REQ_HANDLER"),), 9),
    without_administrator=Sample((HEALTH,), 9),
    too_few_administrators=True,
    locked_out=Sample((IDA,), 9),
    username_unknown=Sample((IDA,), 9),
    never_signed_in=Sample((IDA,), 9),
)

MANAGED = ManagedAuthorities(Sample(((1, "Health"),), 9), title_tasks=2, coordinates=True)


def all_modals(rulebook: Rulebook) -> list[Json]:
    catalogue, policy = rulebook.catalogue, rulebook.policy
    form_context = RoleFormContext(HEALTH, catalogue, 1, 2)
    details = details_of(IDA)
    middle = UserListPage((IDA,), 40, more_before=True, more_after=True)
    return [
        registration_views.form(UserDraft(language="en"), form_context, "en"),
        registration_views.check(
            UserDraft(language="en", username="ida"), form_context, "en", Policy()
        ),
        user_confirmation.confirmation_view(replace(IDA, member=None), (FAILED,), "en"),
        edit_views.form(7, edit_views.draft_of_details(details), details, "en"),
        user_menu.user_choice_view((IDA, IDA), "roles", "en"),
        import_views.form("en"),
        *authority_modals(rulebook),
        trail_view(
            Trail(AuditQuery(), AuditPage((A_LINE,), True, True), "UTC"), rulebook.catalogue, "en"
        ),
        import_views.report(ImportReport((A_NEW_ROW,)), FileNotes(), {}, "en"),
        list_views.list_view(
            UserListState(HEALTH, ListChoices(), middle), view_context(rulebook), "en"
        ),
        role_views.form(IDA, role_views.draft_of_user(IDA, 7), form_context, "en"),
        role_views.check(IDA, role_views.draft_of_user(IDA, 7), catalogue, own=True, language="en"),
        last_holder_view(LastHolderError(RoleKey("", "ADMIN"), 1), catalogue, "en"),
        holder_views.overview(HEALTH, {}, catalogue, "en"),
        holder_views.holders(HolderDraft(RoleKey("", "ADMIN"), 1), (IDA,), catalogue, "en"),
        reset_views.confirm(IDA, "en"),
        reset_views.request_form((IDA,), policy, "en"),
        reset_views.decline(A_REQUEST, IDA, "en"),
        removal_views.confirm(IDA, policy, own=True, language="en"),
        removal_views.removed(IDA, policy, "en"),
        me_views.card(IDA, view_context(rulebook)),
        me_views.report_form("en"),
        resend_views.confirm(FailedMessages((7,), ((DeliveryKind.USERNAME, 1),)), "en"),
        refusal_view("Words.", "en", whom_to_ask_blocks(("Anna",), "en", "/imi-users")),
    ]


def authority_modals(rulebook: Rulebook) -> list[Json]:
    catalogue, t = rulebook.catalogue, texts("en")
    card, nothing = replace(SAMPLE_CARD, on_behalf=True), ModuleEdit(1, {}, {}, since=0)
    details = detail_blocks(
        details_of_authority(HEALTH), t, substantial=False, manages=True, since=0
    )
    keywords = classification_blocks(Competences(), catalogue, t)
    offered = {"PR": ((3, "Another"),)}
    codes = tuple(one.code for one in catalogue.modules)
    all_modules = replace(SAMPLE_CARD, authority=replace(SAMPLE_CARD.authority, modules=codes))
    modules = module_blocks(all_modules, Competences(), offered, catalogue, t)
    return [
        authority_views.card(card, catalogue, "UTC", "en"),
        authority_views.tab(TabDrafts(1, 2, Tab.AUTHORITY), [*details, *keywords, *modules], "en"),
        access_manager_views.form(HEALTH, nothing, catalogue, "en"),
        access_manager_views.confirm(
            HEALTH,
            nothing,
            ModuleChangeEffects((), (), (), unlinked=(("Another", ("PR",)),)),
            catalogue,
            "en",
        ),
        access_manager_views.remove_form(HEALTH, 2, (), t),
        administrator_naming_views.form(HEALTH, "en"),
        authority_registration_views.form(AuthorityDraft(), catalogue, "en"),
        authority_registration_views.first_user_step(
            AuthorityDraft(), UserDraft(language="en"), (), 1, "en"
        ),
        removal_views.which_user("en"),
        reset_views.which_user("en"),
        title_translation_views.form(
            title_translation_views.opened_form(A_TASK, {"da": "Ny"}),
            HEALTH,
            "en",
            (FieldChange("title_da", "U0PETRA", "Old", "New"),),
        ),
        title_translation_views.queue(((A_TASK, HEALTH, ("de", "fr")),), 1, "en"),
        authority_picker.authority_choice_view("show", "en", LISTED),
        authority_picker.authority_choice_view("modules", "en", LISTED),
        search_views.search_view(AuthorityQuery(), FOUND, catalogue, "en"),
    ]


def view_context(rulebook: Rulebook) -> ViewContext:
    return ViewContext(NOON, "UTC", "https://imi.example", rulebook.catalogue)


def all_blocks(rulebook: Rulebook) -> Iterator[Json]:
    for view in all_modals(rulebook):
        yield from view["blocks"]
    yield from blocks_outside_modals(rulebook)


def blocks_outside_modals(rulebook: Rulebook) -> Iterator[Json]:
    busy = Overview(IDA, HEALTH, BUSY, (IDA,), MANAGED)
    tabs = [
        home.administrator_view(busy, view_context(rulebook), rulebook.policy),
        home.administrator_view(
            replace(busy, only_kind=AttentionKind.LOCKED_OUT),
            view_context(rulebook),
            rulebook.policy,
        ),
        home.user_view(IDA, view_context(rulebook)),
    ]
    for view in tabs:
        yield from view["blocks"]
    for way in UsernameDelivery:
        yield from username_message(IDA, HEALTH, way, "https://imi.authority.example/").blocks
    yield from new_user_message(IDA, HEALTH, None, rulebook.catalogue).blocks
    yield from request_message(A_REQUEST, IDA, "en").blocks
    yield from leaver_message(IDA, MemberFault.GUEST, "en").blocks
    yield from administrator_naming_views.without_administrator_message(HEALTH, "en").blocks
    yield from report_message(IDA, "x", "en").blocks
    text = NotificationText("Subject", ("Line",))
    yield from reminder_message(text, "en", "https://imi.example").blocks
    yield from expired_password_message(text, IDA, "en").blocks
    yield from warning_message(text, None, "en").blocks
    yield from undelivered_message(text, WAITING_USERNAME, "en").blocks
    yield from undelivered_message(text, None, "en").blocks
    yield from result_message(ImportReport((A_REFUSED_ROW,)), "", "en").blocks
