"""Mutations of the checks of the portal's forms and redirects."""

from tests.mutations.mutation import Mutation

FORMS: tuple[Mutation, ...] = (
    Mutation(
        "test_a_form_from_another_site_changes_nothing",
        "bot/portal/csrf.py",
        "valid = not self._is_cross_site(request) and self._is_bound",
        "valid = self._is_bound",
    ),
    Mutation(
        "test_a_form_from_another_site_changes_nothing",
        "bot/portal/csrf.py",
        'return origin != "null" and ',
        "return False and ",
    ),
    Mutation(
        "test_a_forged_form_changes_nothing",
        "bot/portal/csrf.py",
        "        except BadSignature:\n            return False\n",
        "        except BadSignature:\n            return True\n",
    ),
    Mutation(
        "test_a_forged_form_changes_nothing",
        "bot/portal/csrf.py",
        '            log.warning("form_refused", binding=binding.value)\n',
        "            pass\n",
    ),
    Mutation(
        "test_the_form_of_another_session_changes_nothing",
        "bot/portal/csrf.py",
        "else digest_of(session)",
        'else "session"',
    ),
    Mutation(
        "test_signing_out_from_another_site_does_nothing",
        "bot/portal/sign_in_pages.py",
        "if not self._context.csrf_tokens.is_valid(request, FormBinding.SESSION, csrf_token):",
        "if False:",
    ),
    Mutation(
        "test_ending_sessions_needs_a_valid_form_token",
        "bot/portal/account_pages.py",
        "        if not self._context.csrf_tokens.is_valid(request, FormBinding.SESSION, csrf_token):\n"
        "            return await",
        "        if False:\n            return await",
    ),
    Mutation(
        "test_a_malformed_form_is_a_bad_request",
        "bot/portal/csrf.py",
        "if not isinstance(text, str) or _SURROGATE.search(text):",
        "if not isinstance(text, str):",
    ),
    Mutation(
        "test_a_malformed_form_is_a_bad_request",
        "bot/portal/csrf.py",
        "        return await request.form(max_files=0)\n",
        "        form = await request.form()\n"
        "        return FormData((name, str(value)) for name, value in form.multi_items())\n",
    ),
    Mutation(
        "test_get_requests_change_nothing",
        "bot/portal/app.py",
        'Route("/sign-out", sign_in.sign_out, methods=["POST"])',
        'Route("/sign-out", sign_in.sign_out)',
    ),
    Mutation(
        "test_get_requests_change_nothing",
        "bot/portal/app.py",
        'Route("/sessions", account.end_other_sessions, methods=["POST"])',
        'Route("/sessions", account.end_other_sessions)',
    ),
    Mutation(
        "test_no_redirect_leaves_the_site",
        "bot/portal/page_context.py",
        "    return RedirectResponse(path, SEE_OTHER)",
        '    return RedirectResponse(request.query_params.get("next", path), SEE_OTHER)',
    ),
    Mutation(
        "test_no_redirect_leaves_the_site",
        "bot/portal/page_context.py",
        "        if language in LANGUAGES:\n",
        "        if language:\n            path = language\n",
    ),
    Mutation(
        "test_a_field_sent_twice_counts_once",
        "bot/portal/csrf.py",
        '    text = form.get(field, "")\n',
        '    text = next(iter(form.getlist(field)), "")\n',
    ),
    Mutation(
        "test_two_different_passwords_are_refused",
        "bot/portal/form_refusals.py",
        "    if password == again:\n",
        "    if True:\n",
    ),
)
