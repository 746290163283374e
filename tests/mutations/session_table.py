"""Mutations of the sessions of the portal, and of choosing a password in one (D2, D3)."""

from tests.mutations.mutation import Mutation

SESSIONS: tuple[Mutation, ...] = (
    Mutation(
        "test_the_first_sign_in_redirects_to_choosing_a_password",
        "bot/portal/account_page_values.py",
        "in {PasswordState.TEMPORARY, PasswordState.EXPIRED}",
        "in {PasswordState.EXPIRED}",
    ),
    Mutation(
        "test_an_expired_password_allows_only_choosing_a_new_one",
        "bot/portal/account_page_values.py",
        "in {PasswordState.TEMPORARY, PasswordState.EXPIRED}",
        "in {PasswordState.TEMPORARY}",
    ),
    Mutation(
        "test_own_data_needs_a_session_with_a_chosen_password",
        "bot/portal/account_pages.py",
        "        if must_choose_password(user, now):\n",
        "        if False:\n",
    ),
    Mutation(
        "test_an_own_password_keeps_its_blanks",
        "bot/portal/account_pages.py",
        "return await self._save_password(request, user, Secret(password))",
        "return await self._save_password(request, user, Secret(password.strip()))",
    ),
    Mutation(
        "test_a_new_password_needs_the_current_one",
        "bot/portal/account_pages.py",
        'form_text(form, "current") if has_own_password(user) else None',
        "None",
    ),
    Mutation(
        "test_after_a_temporary_sign_in_no_current_password_is_required",
        "bot/portal/account_page_values.py",
        "return not user.status.temporary",
        "return True",
    ),
    Mutation(
        "test_guessing_the_current_password_blocks_the_account",
        "core/signin/service.py",
        "        return True\n    _count_wrong(tx, user, policy, now)\n",
        "        return True\n",
    ),
    Mutation(
        "test_guessing_the_current_password_is_throttled",
        "bot/portal/password_service.py",
        "                self._throttle.count(key)\n                raise SignInRefusedError",
        "                raise SignInRefusedError",
    ),
    Mutation(
        "test_a_new_password_ends_every_other_session",
        "core/passwords/service.py",
        "    sessions.end_of_user(tx, user.id)\n",
        "",
    ),
    Mutation(
        "test_a_user_sees_their_sessions_and_ends_the_others",
        "core/signin/service.py",
        "    rows.end_others(tx, user.id, digest_of(token))\n",
        "",
    ),
    Mutation(
        "test_sessions_of_other_users_are_not_shown_or_ended",
        "core/sessions/rows.py",
        "            sessions.c.user_id == user_id, sessions.c.token_digest != kept_digest\n",
        "            sessions.c.token_digest != kept_digest\n",
    ),
    Mutation(
        "test_sessions_of_other_users_are_not_shown_or_ended",
        "core/sessions/rows.py",
        "        .where(sessions.c.user_id == user_id)\n        .order_by",
        "        .order_by",
    ),
    Mutation(
        "test_a_user_who_must_choose_a_password_sees_no_sessions",
        "bot/portal/account_pages.py",
        '            return redirect_to("/password", request)\n        t, csrf_token',
        "            pass\n        t, csrf_token",
    ),
    Mutation(
        "test_a_session_token_has_256_random_bits",
        "bot/portal/cookies.py",
        "secrets.token_urlsafe(32)",
        "secrets.token_urlsafe(16)",
    ),
    Mutation(
        "test_each_sign_in_and_password_change_opens_a_new_session",
        "bot/portal/password_service.py",
        "token, policy = new_session_token(), self._policy",
        "token, policy = old_session, self._policy",
    ),
    Mutation(
        "test_each_sign_in_and_password_change_opens_a_new_session",
        "bot/portal/sign_in_service.py",
        "token, old_session = new_session_token(), request.old_session",
        'token, old_session = Secret("a" * 43), request.old_session',
    ),
    Mutation(
        "test_signing_in_ends_the_browsers_previous_session",
        "bot/portal/sign_in_service.py",
        "                    signin.sign_out(tx, old_session, now)\n",
        "                    pass\n",
    ),
    Mutation(
        "test_signing_out_ends_the_session",
        "bot/portal/sign_in_pages.py",
        "        await self._context.sign_in_service.sign_out(token)\n",
        "",
    ),
    Mutation(
        "test_without_a_session_every_page_redirects_to_sign_in",
        "bot/portal/account_pages.py",
        '        """Show the form to choose a password."""\n'
        "        user = await self._context.signed_in_user(request)\n"
        "        if user is None:\n            return self._context.redirect_to_sign_in(request)\n",
        '        """Show the form to choose a password."""\n'
        "        user = await self._context.signed_in_user(request)\n"
        '        if user is None:\n            return redirect_to("/ask", request)\n',
    ),
    Mutation(
        "test_a_password_replaced_meanwhile_is_refused",
        "core/signin/service.py",
        "    right = verified and user.password_id == attempt.password_id\n    outcome",
        "    right = verified\n    outcome",
    ),
    Mutation(
        "test_a_refused_attempt_is_on_record",
        "core/signin/service.py",
        "        _record(tx, None, Act.SIGN_IN_REFUSED, now, by=ANONYMOUS)\n",
        "",
    ),
    Mutation(
        "test_a_refused_attempt_is_on_record",
        "core/signin/service.py",
        "return Actor.user(user.id) if right else ANONYMOUS",
        "return Actor.user(user.id)",
    ),
    Mutation(
        "test_a_removed_or_blocked_user_has_no_session",
        "core/signin/service.py",
        "    if user is None or user.removed_at is not None or user.status.blocked_at is not None:\n",
        "    if user is None or user.status.blocked_at is not None:\n",
    ),
    Mutation(
        "test_a_removed_or_blocked_user_has_no_session",
        "core/signin/service.py",
        "    if user is None or user.removed_at is not None or user.status.blocked_at is not None:\n",
        "    if user is None or user.removed_at is not None:\n",
    ),
    Mutation(
        "test_a_session_ends_by_signing_out",
        "core/signin/service.py",
        "        rows.end(tx, session.token_digest)\n",
        "",
    ),
    Mutation(
        "test_a_session_ends_when_idle_or_old",
        "core/sessions/rules.py",
        "return idle or old",
        "return idle",
    ),
    Mutation(
        "test_a_session_ends_when_idle_or_old",
        "core/sessions/rules.py",
        "return idle or old",
        "return old",
    ),
    Mutation(
        "test_a_temporary_password_expires",
        "core/signin/rules.py",
        "    if state is PasswordState.EXPIRED and status.temporary:\n",
        "    if False:\n",
    ),
    Mutation(
        "test_sessions_end_after_their_maximum_lifetime",
        "bot/jobs/schedule.py",
        "lambda tx: sessions.end_opened_before(tx, before)",
        "lambda tx: before",
    ),
)
