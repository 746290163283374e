"""All mutations, grouped by the room of the broken line."""

from tests.mutations.core_table import CORE
from tests.mutations.mutation import Mutation

MUTATIONS: tuple[Mutation, ...] = CORE
