"""A sample authority card, for tests of views."""

from dataclasses import replace

from core.administration.card import AuthorityCard
from core.administration.competences import Competences
from tests.handlers.sample_values import HEALTH, IDA

SAMPLE_CARD = AuthorityCard(
    authority=replace(HEALTH, phone="+4533445566", place="Fjordby", languages=("da",)),
    competences=Competences(),
    coordinating=frozenset({"PR"}),
    linked={},
    administrators=(IDA,),
    manager=None,
    titles={},
    task=None,
    may_edit=True,
    may_manage=True,
    on_behalf=False,
)
