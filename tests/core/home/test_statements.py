"""A bound on the SQL statements that read an administrator's Home tab."""

from functools import partial

from core.home.attention import HomeRequest
from core.home.service import overview_for
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.users.rows import users
from tests.core.administration.sample_country import SampleCountry
from tests.factories import a_user
from tests.statements import count_statements
from tests.times import NOON

# The translated titles, the counts, the holders of roles, the newest users; and one list, of users
# who have to be told their username.
MOST_WHEN_QUIET = 5


async def test_a_quiet_home_is_read_in_few_statements(sample: SampleCountry) -> None:
    """Items that need attention are counted in one statement; empty lists are not read."""
    anna = await sample.read(lambda tx: users.require(tx, sample.anna.user_id))
    request = HomeRequest(anna, sample.health, NOON)

    with count_statements(sample.store) as statements:
        await sample.read(lambda tx: overview_for(tx, request, sample.rulebook))

    assert len(statements) <= MOST_WHEN_QUIET, statements


async def test_each_further_item_of_a_list_costs_no_statement(sample: SampleCountry) -> None:
    """The users whom the items are about are read together."""
    policy = sample.rulebook.policy
    anna = await sample.read(lambda tx: users.require(tx, sample.anna.user_id))
    request = HomeRequest(anna, sample.health, NOON)
    numbers = []
    other = await sample.write(lambda tx: a_user(tx, sample.health, sample.rulebook))
    for user_id in (sample.bo.user_id, other.id):
        ask = partial(resets.request_reset, source=RequestSource.SLACK, policy=policy, now=NOON)
        await sample.write(partial(ask, user_id=user_id))
        with count_statements(sample.store) as statements:
            home = await sample.read(lambda tx: overview_for(tx, request, sample.rulebook))
        numbers.append((home.attention.requests.total, len(statements)))

    (one, with_one), (two, with_two) = numbers
    assert (one, two) == (1, 2)
    assert with_two == with_one
