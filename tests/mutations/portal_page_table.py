"""Mutations of the portal's pages: their headers, cookies, templates, forms and errors."""

from tests.mutations.mutation import Mutation

PORTAL_PAGES: tuple[Mutation, ...] = (
    Mutation(
        "test_names_are_escaped_on_the_page",
        "bot/portal/rendering.py",
        "autoescape=True",
        "autoescape=False",
    ),
    Mutation(
        "test_no_page_has_inline_scripts_or_styles",
        "bot/portal/templates/sign_in.html",
        '<h1>{{ _("Sign in") }}</h1>',
        '<h1 style="color: red">{{ _("Sign in") }}</h1>',
    ),
    Mutation(
        "test_no_page_has_inline_scripts_or_styles",
        "bot/portal/templates/account.html",
        '<h1>{{ _("Your account") }}</h1>',
        '<h1 onclick="alert(1)">{{ _("Your account") }}</h1>',
    ),
    Mutation(
        "test_password_fields_are_hidden_and_work_with_password_managers",
        "bot/portal/templates/fields.html",
        'name="{{ field }}" type="password"',
        'name="{{ field }}" type="text"',
    ),
    Mutation(
        "test_password_fields_are_hidden_and_work_with_password_managers",
        "bot/portal/templates/sign_in.html",
        '_("Password"), "current-password"',
        '_("Password"), "off"',
    ),
    Mutation(
        "test_every_page_of_a_session_offers_to_sign_out",
        "bot/portal/templates/password.html",
        '<form method="post" action="/sign-out"',
        '<form method="post" action="/"',
    ),
    Mutation(
        "test_a_page_without_a_session_is_logged",
        "bot/portal/page_context.py",
        '        log.info("no_session", path=request.url.path)\n',
        "",
    ),
    Mutation(
        "test_unknown_addresses_get_a_not_found_page",
        "bot/portal/app.py",
        "            HTTPException: errors.http_error,\n",
        "",
    ),
    Mutation(
        "test_unknown_addresses_get_a_not_found_page",
        "bot/portal/app.py",
        'Route("/account", account.show_account)',
        'Route("/account", account.show_account, methods=["GET", "POST"])',
    ),
    Mutation(
        "test_an_unexpected_error_shows_a_reference_and_no_input",
        "bot/portal/app.py",
        'log.error("unexpected_error", reference=reference, error',
        'log.error("unexpected_error", error',
    ),
    Mutation(
        "test_an_unexpected_error_shows_a_reference_and_no_input",
        "bot/portal/headers.py",
        "            if not answered:\n",
        "            if True:\n",
    ),
    Mutation(
        "test_cookies_are_hidden_from_scripts_and_other_sites",
        "bot/portal/cookies.py",
        '            httponly=True,\n            samesite="strict",\n',
        '            httponly=False,\n            samesite="strict",\n',
    ),
    Mutation(
        "test_cookies_are_hidden_from_scripts_and_other_sites",
        "bot/portal/cookies.py",
        '            httponly=True,\n            samesite="strict",\n',
        '            httponly=True,\n            samesite="lax",\n',
    ),
    Mutation(
        "test_cookies_need_https_except_on_this_machine",
        "bot/portal/cookies.py",
        'return f"__Host-imi_{name}" if self.secure else f"imi_{name}"',
        'return f"imi_{name}"',
    ),
    Mutation(
        "test_cookies_need_https_except_on_this_machine",
        "bot/portal/headers.py",
        '"max-age=31536000; includeSubDomains"',
        '"max-age=31536000"',
    ),
    Mutation(
        "test_the_language_is_remembered_over_https",
        "bot/portal/cookies.py",
        'return request.cookies.get(self._name("language"), "")',
        'return request.cookies.get("imi_language", "")',
    ),
    Mutation(
        "test_cookies_are_secure_except_for_plain_http_on_this_machine",
        "bot/portal/cookies.py",
        '            secure=self.secure,\n            httponly=True,\n            samesite="strict",\n',
        '            httponly=True,\n            samesite="strict",\n',
    ),
    Mutation(
        "test_a_browser_remembers_the_last_twenty_accounts",
        "bot/portal/device_cookies.py",
        "            self.cookies.forget_device(response, forgotten)\n",
        "            del forgotten\n",
    ),
    Mutation(
        "test_every_response_has_the_security_headers",
        "bot/portal/headers.py",
        "                headers.update(self._headers)\n",
        "",
    ),
    Mutation(
        "test_every_response_has_the_security_headers",
        "bot/portal/headers.py",
        "style-src 'self'; script-src",
        "style-src 'unsafe-inline'; script-src",
    ),
    Mutation(
        "test_every_response_has_its_content_type",
        "bot/portal/headers.py",
        '                    headers["content-type"] = f"{SVG}; charset=utf-8"\n',
        "                    pass\n",
    ),
    Mutation(
        "test_a_chunked_body_is_read_up_to_the_limit",
        "bot/portal/headers.py",
        "if received > MAX_BODY_BYTES:",
        "if False:",
    ),
    Mutation(
        "test_a_user_without_slack_can_download_their_data",
        "bot/portal/app.py",
        '        Route("/account/data", account.download_own_data),\n',
        "",
    ),
)
