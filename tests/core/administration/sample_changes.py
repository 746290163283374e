"""Functions that change the sample country's authorities, which several tests share."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.administration import editing, modules, title_tasks
from core.administration.editing import AuthorityEdit
from core.administration.modules import ModuleEdit, module_values
from core.administration.title_tasks import TitleEdit
from core.audit.rows import entries
from core.authorities.details import AuthorityDetails, details_of, field_versions, version_of
from core.authorities.rows import titles as title_rows
from core.authorities.rules import Authority
from core.authorities.titles import TitleTask
from core.users.principals import Principal
from tests.core.administration.sample_country import SampleCountry
from tests.times import NOON

LATER = NOON + timedelta(hours=1)
COMMISSION_MEMBER = "U0EUROPE"


def details_with(authority: Authority, **changes: Any) -> AuthorityDetails:  # noqa: ANN401 - any detail
    return replace(details_of(authority), **{"languages": "da", **changes})


async def edit(
    sample: SampleCountry,
    by: Principal,
    authority: Authority,
    *,
    substantial: bool = False,
    **changes: Any,  # noqa: ANN401
) -> Authority:
    """Edit the authority's data an hour after NOON, with the given fields changed."""
    versions = field_versions(details_of(authority))
    typed = details_with(authority, **changes)
    request = AuthorityEdit(authority.id, typed, versions, substantial)
    edited = await sample.write(lambda tx: editing.edit(tx, request, by, LATER))
    return edited.authority


async def change_modules(
    sample: SampleCountry,
    by: Principal,
    *codes: str,
    coordinating: tuple[str, ...] = (),
    authority: Authority | None = None,
    **more: Any,  # noqa: ANN401 - the values that the form showed, and since when
) -> Authority:
    """Set the authority's modules; `seen` are the values that the form showed."""
    current = await sample.authority((authority or sample.health).id)
    stored = await sample.read(lambda tx: modules.current_values(tx, current))
    chosen, seen = module_values(codes, coordinating), more.get("seen", stored)
    newest, _ = await sample.read(entries.chain_tip)
    request = ModuleEdit(current.id, chosen, seen, more.get("since", newest))
    changed = await sample.write(
        lambda tx: modules.change_modules(tx, request, by, sample.rulebook, NOON)
    )
    return changed.authority


async def open_tasks(sample: SampleCountry) -> tuple[TitleTask, ...]:
    """Return all open tasks to translate titles."""
    tasks, total = await sample.read(lambda tx: title_rows.open_tasks(tx, 10))
    assert total == len(tasks)
    return tasks


async def translate(
    sample: SampleCountry,
    task: TitleTask,
    seen: Mapping[str, str] | None = None,
    *,
    close: bool = False,
    **typed: str,
) -> TitleTask:
    """Translate the task's title; `typed` holds the titles by language, `seen` those shown."""
    versions = {tag: version_of(title) for tag, title in (seen or {}).items()}
    title_edit = TitleEdit(task.id, task.new_title, typed, versions, close)
    return await sample.write(
        lambda tx: title_tasks.translate(tx, title_edit, COMMISSION_MEMBER, "en", NOON)
    )
