"""Mutations of the HTTP server: signatures, connections, metrics, and where the token goes."""

from tests.mutations.mutation import Mutation

_UNSIGNED_ARE_PASSED_ON = "            await self._app(scope, receive, send)\n            return"

WEB: tuple[Mutation, ...] = (
    Mutation(
        "test_a_forged_request_of_any_kind_is_refused",
        "bot/web/slack_requests.py",
        "if not signature.is_of(body, self._secret):",
        "if False:",
    ),
    Mutation(
        "test_a_forged_request_of_any_kind_is_refused",
        "bot/web/slack_requests.py",
        "if not signature.is_current(now):",
        "if False:",
    ),
    Mutation(
        "test_a_forged_request_of_any_kind_is_refused",
        "bot/web/slack_requests.py",
        "            await self._answer_certificate_check(scope, receive, send)\n            return",
        _UNSIGNED_ARE_PASSED_ON,
    ),
    Mutation(
        "test_a_request_with_a_wrong_signature_is_refused",
        "bot/slack/signature.py",
        'return hmac.compare_digest(b"v0=" + signed.hexdigest().encode(), self.signature)',
        "return True",
    ),
    Mutation(
        "test_a_signed_body_is_passed_on_as_it_came",
        "bot/slack/signature.py",
        "        signed.update(body)\n",
        "",
    ),
    Mutation(
        "test_a_wrongly_signed_body_reaches_no_parser",
        "bot/slack/signature.py",
        "return abs(now - self.timestamp) <= MAX_AGE_SECONDS",
        "return now - self.timestamp <= MAX_AGE_SECONDS",
    ),
    Mutation(
        "test_two_signatures_are_refused",
        "bot/slack/signature.py",
        "if len(timestamps) != 1 or len(signatures) != 1:",
        "if not timestamps or not signatures:",
    ),
    Mutation(
        "test_an_unsigned_request_is_refused_unread",
        "bot/web/slack_requests.py",
        "if stated is None or stated > MAX_CERTIFICATE_CHECK_BYTES:",
        "if False:",
    ),
    Mutation(
        "test_a_body_larger_than_any_of_slack_is_refused_unread",
        "bot/web/slack_requests.py",
        "if (_stated_length(scope) or 0) > MAX_BODY_BYTES:",
        "if False:",
    ),
    Mutation(
        "test_a_body_without_a_stated_length_is_read_up_to_the_limit",
        "bot/web/body_reader.py",
        "if len(body) > limit:",
        "if False:",
    ),
    Mutation(
        "test_long_bodies_together_fill_a_bounded_part_of_the_memory",
        "bot/web/body_reader.py",
        "if counted and self._bytes_of_long_bodies > MAX_LONG_BODIES_BYTES:",
        "if False:",
    ),
    Mutation(
        "test_long_bodies_together_fill_a_bounded_part_of_the_memory",
        "bot/web/body_reader.py",
        "self._bytes_of_long_bodies -= counted",
        "pass",
    ),
    Mutation(
        "test_without_a_secret_there_is_no_door",
        "bot/web/slack_requests.py",
        "if not secret.reveal().strip():",
        "if False:",
    ),
    Mutation(
        "test_the_log_tells_a_wrong_clock_from_a_wrong_secret",
        "bot/web/slack_requests.py",
        "self._record.refuse(refusal.fault, **refusal.details)",
        "pass",
    ),
    Mutation(
        "test_a_flood_of_refused_requests_does_not_flood_the_log",
        "bot/slack/request_record.py",
        "if logged_at is not None and now - logged_at < LOG_EVERY_SECONDS:",
        "if False:",
    ),
    Mutation(
        "test_a_wrong_clock_is_named_and_forgotten_once_it_is_right",
        "bot/web/slack_requests.py",
        "self._record.compare_clocks(ahead)",
        "pass",
    ),
    Mutation(
        "test_waiting_connections_beyond_an_addresss_share_give_way_to_its_newest",
        "bot/web/connection_limits.py",
        "len(self._open[key]) > MAX_FROM_ONE_ADDRESS",
        "False",
    ),
    Mutation(
        "test_when_all_connections_are_taken_the_largest_holder_gives_way",
        "bot/web/connection_limits.py",
        "largest = max(self._open, key=lambda key: len(self._open[key]))",
        "largest = next(iter(self._open))",
    ),
    Mutation(
        "test_an_address_of_slack_has_no_share_and_gives_way_last",
        "bot/web/connection_limits.py",
        "return key in self._slack or self._is_proxy(key)",
        "return self._is_proxy(key)",
    ),
    Mutation(
        "test_only_a_signed_request_makes_its_address_one_of_slack",
        "bot/web/slack_requests.py",
        "        body = await self._read_body(receive, MAX_BODY_BYTES)\n",
        "        body = await self._read_body(receive, MAX_BODY_BYTES)\n"
        '        self._addresses.add(scope["client"][0])\n',
    ),
    Mutation(
        "test_a_trusted_proxy_has_no_share_but_each_of_its_clients_has",
        "bot/web/request_shares.py",
        "if self._in_progress[key] >= MAX_OF_ONE_CLIENT and key not in self._slack:",
        "if False:",
    ),
    Mutation(
        "test_a_busy_portal_leaves_connections_for_slack",
        "bot/web/request_shares.py",
        "if self._in_progress >= MAX_OF_OTHERS:",
        "if False:",
    ),
    Mutation(
        "test_without_a_token_nobody_reads_the_metrics",
        "bot/web/health_endpoints.py",
        "        if not token:\n            return False",
        "        if not token:\n            return True",
    ),
    Mutation(
        "test_with_a_token_set_metrics_need_the_token",
        "bot/web/health_endpoints.py",
        'return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())',
        "return True",
    ),
    Mutation(
        "test_a_file_on_another_host_is_refused_and_the_token_stays",
        "bot/slack/workspace.py",
        "if not may_receive_token(url, self._client.base_url):",
        "if False:",
    ),
    Mutation(
        "test_a_redirect_to_another_host_is_not_followed",
        "bot/slack/workspace.py",
        "allow_redirects=False",
        "allow_redirects=True",
    ),
    Mutation(
        "test_no_other_address_may_receive_the_token",
        "bot/slack/file_hosts.py",
        '("https://files.slack.com/", "https://files.slack-gov.com/")',
        '("https://files.slack.com", "https://files.slack-gov.com")',
    ),
    Mutation(
        "test_no_other_address_may_receive_the_token",
        "bot/slack/file_hosts.py",
        "return is_loopback_url(api_url) and url",
        "return url",
    ),
)
