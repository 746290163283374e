"""Mutations of the limits on guessing passwords and on asking for resets (D3)."""

from tests.mutations.mutation import Mutation

GUESSES: tuple[Mutation, ...] = (
    Mutation(
        "test_after_five_wrong_passwords_the_right_one_is_refused",
        "core/signin/rules.py",
        "now if counted >= policy.sign_in_attempts else None",
        "now if counted > policy.sign_in_attempts else None",
    ),
    Mutation(
        "test_the_fifth_wrong_password_blocks_the_account",
        "core/signin/rules.py",
        "now if counted >= policy.sign_in_attempts else None",
        "now if counted > policy.sign_in_attempts else None",
    ),
    Mutation(
        "test_the_fifth_wrong_password_sends_no_mail",
        "core/signin/service.py",
        "        entry_id = _record(tx, user, Act.PASSWORD_BLOCKED, now, by=ANONYMOUS)\n",
        "        entry_id = _record(tx, user, Act.PASSWORD_BLOCKED, now, by=ANONYMOUS)\n"
        "        from core.deliveries.rows import deliveries\n"
        "        from core.deliveries.rules import DeliveryKind, NewDelivery\n"
        "        kind = DeliveryKind.TEMPORARY_PASSWORD\n"
        "        deliveries.add(tx, [NewDelivery(kind, user.authority_id, user.id)], now)\n",
    ),
    Mutation(
        "test_every_refusal_takes_the_same_time",
        "bot/portal/sign_in_service.py",
        "            await wait_for_whole_step(began, self._refusal_step)\n",
        "",
    ),
    Mutation(
        "test_only_a_few_simultaneous_sign_ins_are_compared_at_once",
        "bot/runtime/hash_pool.py",
        "FairQueue(threads + 1, MAX_WAITING)",
        "FairQueue(64, MAX_WAITING)",
    ),
    Mutation(
        "test_guesses_at_one_account_are_throttled_from_all_addresses",
        "bot/portal/sign_in_service.py",
        "return (address_key(self.address), account_key(self.username))",
        "return (address_key(self.address),)",
    ),
    Mutation(
        "test_an_account_cannot_be_blocked_within_a_minute",
        "bot/portal/throttle.py",
        "PER_ACCOUNT = ThrottleLimits(per_minute=4,",
        "PER_ACCOUNT = ThrottleLimits(per_minute=5,",
    ),
    Mutation(
        "test_reset_requests_are_throttled",
        "bot/portal/reset_request_page.py",
        "        self._dependencies.throttle.count(key)\n",
        "",
    ),
    Mutation(
        "test_the_answer_is_the_same_in_every_state",
        "core/resets/service.py",
        "contextlib.suppress(NobodyToAskError, RequestPausedError)",
        "contextlib.suppress(RequestPausedError)",
    ),
    Mutation(
        "test_an_administrator_cannot_reset_their_own_password",
        "core/users/reset_permissions.py",
        "    if user.id == by.id:\n",
        "    if False:\n",
    ),
)
