"""Mutations of what runs the product: settings, server, jobs, mail, deliveries, keys."""

from tests.mutations.mutation import Mutation

OPERATION: tuple[Mutation, ...] = (
    Mutation(
        "test_the_default_settings_are_the_default_policy",
        "bot/settings/sign_in_settings.py",
        '_POLICY.session_hours, description="Hours after which every portal',
        '_POLICY.session_hours + 1, description="Hours after which every portal',
    ),
    Mutation(
        "test_every_setting_is_in_the_reference_with_its_default",
        "docs/reference/settings.md",
        "| `IMI_SESSION_HOURS` | `8` |",
        "| `IMI_SESSION_HOURS` | `9` |",
    ),
    Mutation(
        "test_a_trusted_proxy_must_be_an_address_or_network",
        "bot/settings/checks.py",
        "str(ip_network(part))",
        "part",
    ),
    Mutation(
        "test_only_a_trusted_proxy_can_set_the_clients_address",
        "bot/web/server.py",
        "forwarded_allow_ips=trusted_proxies",
        'forwarded_allow_ips="*"',
    ),
    Mutation(
        "test_a_proxy_may_have_an_ipv6_address",
        "bot/web/server.py",
        "forwarded_allow_ips=trusted_proxies",
        'forwarded_allow_ips="127.0.0.1"',
    ),
    Mutation(
        "test_of_two_forwarded_headers_the_proxys_own_counts",
        "bot/web/server.py",
        "forwarded_allow_ips=trusted_proxies",
        'forwarded_allow_ips="*"',
    ),
    Mutation(
        "test_a_request_with_two_lengths_is_refused",
        "bot/web/server.py",
        "http=protocol,",
        'http="h11",',
    ),
    Mutation(
        "test_forged_forwarded_addresses_do_not_evade_the_throttle",
        "bot/web/server.py",
        "forwarded_allow_ips=trusted_proxies",
        'forwarded_allow_ips="*"',
    ),
    Mutation(
        "test_behind_proxies_each_client_is_known_by_its_own_address",
        "bot/runtime/client_networks.py",
        "return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))",
        "return str(parsed)",
    ),
    Mutation(
        "test_behind_proxies_each_client_is_known_by_its_own_address",
        "bot/web/server.py",
        "forwarded_allow_ips=trusted_proxies",
        'forwarded_allow_ips="*"',
    ),
    Mutation(
        "test_without_slack_readyz_fails",
        "bot/web/health_endpoints.py",
        '"ok" if reaches_slack else "not reachable"',
        '"ok"',
    ),
    Mutation(
        "test_without_slack_readyz_fails",
        "bot/web/health_endpoints.py",
        " and process.socket is not False",
        "",
    ),
    Mutation(
        "test_without_its_database_not_even_the_database_alone_is_ready",
        "bot/web/health_endpoints.py",
        "is_ready = state == DatabaseState.OK\n",
        "is_ready = True\n",
    ),
    Mutation(
        "test_a_newcomer_waits_for_one_of_a_crowd_at_most",
        "bot/runtime/fair_queue.py",
        "async with own.lock, self._places:",
        "async with self._places:",
    ),
    Mutation(
        "test_a_self_signed_certificate_is_not_trusted",
        "bot/mail/smtp.py",
        "        await smtp.starttls()\n",
        "        await smtp.starttls(validate_certs=False)\n",
    ),
    Mutation(
        "test_names_are_escaped_in_the_html_letter",
        "bot/mail/rendering.py",
        'autoescape=select_autoescape(("html",))',
        "autoescape=False",
    ),
    Mutation(
        "test_former_administrators_see_only_that_the_request_is_closed",
        "bot/delivery/approvals.py",
        "closed = message if may_read else without_details(message)",
        "closed = message",
    ),
    Mutation(
        "test_former_administrators_see_only_that_the_request_is_closed",
        "bot/delivery/approvals.py",
        " and is_eligible(known, key.team_id)",
        "",
    ),
    Mutation(
        "test_a_checkpoint_is_posted_once",
        "bot/jobs/audit_checkpoints.py",
        "        await self._store.write(lambda tx: checkpoints.mark_posted(tx, checkpoint.number))\n",
        # It is looked for in Slack too, in case that was not written.
        "        async def find_nothing(*_: object) -> None: ...\n"
        "        self._slack.find = find_nothing\n",
    ),
    Mutation(
        "test_reset_requests_expire_after_some_days",
        "bot/jobs/schedule.py",
        "lambda tx: resets.expire_due(tx, policy, self._clock(), BATCH)",
        "lambda tx: 0 * len(str(policy))",
    ),
    Mutation(
        "test_old_deliveries_about_single_events_are_dropped",
        "bot/jobs/schedule.py",
        "before = self._clock() - DELIVERIES_KEPT",
        "before = self._clock() - DELIVERIES_KEPT * 2",
    ),
    Mutation(
        "test_old_deliveries_about_single_events_are_dropped",
        "bot/jobs/schedule.py",
        "before = self._clock() - DELIVERIES_KEPT",
        "before = self._clock() - DELIVERIES_KEPT / 2",
    ),
    Mutation(
        "test_unsaved_input_is_deleted_after_a_week_without_a_change",
        "bot/jobs/schedule.py",
        "before = self._clock() - DRAFTS_KEPT",
        "before = self._clock() - DRAFTS_KEPT * 2",
    ),
    Mutation(
        "test_unsaved_input_is_deleted_after_a_week_without_a_change",
        "bot/jobs/schedule.py",
        "before = self._clock() - DRAFTS_KEPT",
        "before = self._clock() - DRAFTS_KEPT / 2",
    ),
    Mutation(
        "test_what_an_earlier_key_signed_is_signed_anew_with_the_newest",
        "core/audit/signing.py",
        "        checkpoints.replace_mac(tx, signed(checkpoint, keys[0]))\n",
        "        del checkpoint\n",
    ),
    Mutation(
        "test_a_new_installation_has_no_account",
        "bot/cli/init.py",
        "        except CatalogueInUseError as error:\n",
        "            from bot.database import require_rulebook\n"
        "            from tests.factories import a_user, an_authority\n"
        "            rulebook = await require_rulebook(store, settings)\n"
        "            await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))\n"
        "        except CatalogueInUseError as error:\n",
    ),
)
