"""Mutations of signing in on the portal and of requests for a reset (D3, D11)."""

from tests.mutations.mutation import Mutation

SIGN_IN: tuple[Mutation, ...] = (
    Mutation(
        "test_strangers_keep_the_owner_out_of_no_known_browser",
        "core/signin/rules.py",
        "if not known and blocked_until(status, now) is not None:",
        "if blocked_until(status, now) is not None:",
    ),
    Mutation(
        "test_strangers_block_the_account_for_unknown_browsers_for_a_while",
        "core/signin/rules.py",
        "if not known and blocked_until(status, now) is not None:",
        "if False:",
    ),
    Mutation(
        "test_each_block_lasts_twice_as_long_up_to_a_day",
        "core/signin/rules.py",
        "UnknownBrowserLock(0, blocks + 1, UnknownBrowserBlock(now, now + min(doubled, longest)))",
        "UnknownBrowserLock(0, blocks + 1, UnknownBrowserBlock(now, now + doubled))",
    ),
    Mutation(
        "test_five_wrong_passwords_in_a_known_browser_block_the_account",
        "core/signin/rules.py",
        "return known or account_state(status) is AccountState.NEW",
        "return account_state(status) is AccountState.NEW",
    ),
    Mutation(
        "test_five_wrong_passwords_block_an_account_that_nobody_signed_in_to",
        "core/signin/rules.py",
        "return known or account_state(status) is AccountState.NEW",
        "return known",
    ),
    Mutation(
        "test_the_right_password_in_a_known_browser_gives_strangers_no_more_guesses",
        "core/signin/service.py",
        "        if not attempt.known:\n            _unlock_unknown_browsers",
        "        if True:\n            _unlock_unknown_browsers",
    ),
    Mutation(
        "test_only_a_signed_cookie_of_this_account_makes_a_browser_known",
        "bot/portal/device_cookies.py",
        "if user_id == number and abs(self.clock() - at) < LIFETIME:",
        "if abs(self.clock() - at) < LIFETIME:",
    ),
    Mutation(
        "test_only_a_signed_cookie_of_this_account_makes_a_browser_known",
        "bot/portal/device_cookies.py",
        "self._signer().loads(value)",
        "self._signer().loads_unsafe(value)[1]",
    ),
    Mutation(
        "test_a_browser_that_was_not_used_for_a_year_is_unknown",
        "bot/portal/device_cookies.py",
        "if user_id == number and abs(self.clock() - at) < LIFETIME:",
        "if user_id == number:",
    ),
    Mutation(
        "test_strangers_use_up_no_throttle_of_a_known_browser",
        "bot/portal/sign_in_service.py",
        "        if not request.known_ids:\n",
        "        if True:\n",
    ),
    Mutation(
        "test_an_office_behind_one_address_signs_in",
        "bot/portal/sign_in_service.py",
        "            self._throttle.check(*keys)\n            opened",
        "            self._throttle.check(*keys)\n            self._throttle.count(*keys)\n"
        "            opened",
    ),
    Mutation(
        "test_simultaneous_guesses_get_no_more_tries_than_successive_ones",
        "bot/portal/sign_in_service.py",
        "lock_of(keys[-1])",
        "lock_of(object())",
    ),
    Mutation(
        "test_too_many_attempts_are_throttled",
        "bot/portal/sign_in_service.py",
        "                self._throttle.count(*keys)\n",
        "",
    ),
    Mutation(
        "test_blanks_around_a_pasted_password_are_no_wrong_try",
        "bot/runtime/hash_pool.py",
        "[one for one in passwords if",
        "[one for one in list(passwords)[:1] if",
    ),
    Mutation(
        "test_a_refused_sign_in_gives_no_reason",
        "bot/portal/sign_in_service.py",
        "spellings_of(request.password), attempt.digest",
        "spellings_of(request.password)[: 2 if attempt.digest else 1], attempt.digest",
    ),
    Mutation(
        "test_a_crowd_in_one_session_keeps_nobody_else_waiting",
        "bot/portal/password_service.py",
        "async with self._hashing.slot(client_key):",
        "async with self._hashing.slot(object()):",
    ),
    Mutation(
        "test_a_crowd_in_one_session_keeps_nobody_else_waiting",
        "bot/portal/password_service.py",
        "async with self._hashing.slot(key), self._locks.lock_of(key):",
        "async with self._hashing.slot(object()):",
    ),
    Mutation(
        "test_the_full_queue_of_a_client_turns_away_its_own_requests_only",
        "bot/runtime/fair_queue.py",
        "return max(members, clients if own is None else 0) >= self._most_waiting",
        "return clients >= self._most_waiting",
    ),
    Mutation(
        "test_new_passwords_are_throttled",
        "bot/portal/password_service.py",
        "            self._throttle.check(key)\n            self._throttle.count(key)\n",
        "",
    ),
    Mutation(
        "test_every_answer_comes_after_a_whole_step",
        "bot/portal/reset_request_page.py",
        "        await wait_for_whole_step(began, self._dependencies.refusal_step)\n",
        "",
    ),
    Mutation(
        "test_after_a_decline_a_user_has_to_wait_a_day",
        "core/resets/request_limits.py",
        "if now < until:",
        "if now < declined_at:",
    ),
    Mutation(
        "test_a_declined_stranger_does_not_silence_the_user_in_slack",
        "core/resets/request_limits.py",
        "sources = {RequestSource.SLACK, source}",
        "sources = set(RequestSource)",
    ),
    Mutation(
        "test_a_pause_on_the_portal_is_silent",
        "core/resets/service.py",
        "contextlib.suppress(NobodyToAskError, RequestPausedError)",
        "contextlib.suppress(NobodyToAskError)",
    ),
    Mutation(
        "test_a_flood_of_requests_leaves_the_administrators_few_messages",
        "core/resets/service.py",
        "    if left:\n",
        "    if True:\n",
    ),
    Mutation(
        "test_requests_of_strangers_use_up_nothing_of_those_in_slack",
        "core/resets/rows.py",
        ".where(request.authority_id == authority_id, request.source == source)",
        ".where(request.authority_id == authority_id)",
    ),
)
