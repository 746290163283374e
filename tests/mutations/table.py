"""All mutations, grouped by the room of the broken line."""

from tests.mutations.core_table import CORE
from tests.mutations.mutation import Mutation
from tests.mutations.sign_in_table import SIGN_IN

MUTATIONS: tuple[Mutation, ...] = (*CORE, *SIGN_IN)
