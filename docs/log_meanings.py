"""The meanings of the events and fields in the log, for the reference of log events."""
# ruff: noqa: INP001 - docs is no package

MEANINGS = {
    "app_token_used_elsewhere": "Another process is connected with the same app token. Slack sends"
    " each request to one of the connections: stop the other process, unless it serves the same"
    " database.",
    "audit_checkpoint_refused": "Slack refused the post in `IMI_AUDIT_CHANNEL`. Invite the app to"
    " the channel; the next run posts again.",
    "audit_checkpoints_countersigned": "Checkpoints of an earlier key were signed with the"
    " new key.",
    "audit_key_unknown": "The newest checkpoint was signed with a key that is not in the settings."
    " `todo` says which setting needs the earlier key.",
    "audit_trail_broken": "The audit trail was changed outside the product. Run `imi-bot audit"
    " verify` with the posted checkpoints.",
    "background_task_failed": "Work after an answer failed, such as a redraw of the Home tab.",
    "clock_differs_from_slacks": "This machine's clock differs from Slack's. From five minutes on,"
    " all of Slack's requests are refused: set the clock.",
    "clock_stepped": "The machine's clock was set; `seconds` says by how much. Jobs and messages go"
    " on by themselves.",
    "database_away": "The database cannot be reached. Slack and the portal say so to whoever asks.",
    "database_not_writable": "The database can be read but not written, often because a disk is"
    " full.",
    "deliveries_not_claimed": "The worker could not read the messages to send. It tries again.",
    "delivery_failed": "A message will not be tried again; `reason` says why. Administrators see it"
    " on their Home tab and can send it again.",
    "delivery_not_settled": "A message was sent, but that could not be recorded. It is looked up in"
    " Slack before it is sent again.",
    "delivery_put_off": "An attempt to send a message failed. It is tried again.",
    "delivery_sent": "A message was sent.",
    "erasing_postponed": "A nightly job that erases data was due more than a day ago, so this night"
    " it erases nothing. If the clock is right, the next night does.",
    "fault_not_recorded": "That Slack or the mail server refuses the bot could not be written to"
    " the database.",
    "file_host_refused": "A file lies on a host that is not Slack's. It was not fetched, and no"
    " token was sent there.",
    "form_refused": "A form of the portal did not come from the portal's own page, or its session"
    " had ended.",
    "hash_not_upgraded": "A password hash could not be renewed with stronger parameters; the"
    " sign-in itself succeeded.",
    "import_result_not_sent": "The result of an import could not be shown in Slack. The users are"
    " registered.",
    "installation_fault": "Slack or the mail server refuses the bot itself, for example because a"
    " token was revoked. Messages wait until this is fixed.",
    "installation_fault_over": "The service accepts the bot again.",
    "job_failed": "A job failed; `error` is the type of the exception. It is tried again soon.",
    "job_late": "A job has not succeeded for longer than twice its interval.",
    "job_not_run": "The scheduler could not start a job at its time.",
    "jobs_not_checked": "The state of the jobs could not be read. The scheduler tries again.",
    "library_message": "A library logged something; its text is left out, because it can quote"
    " personal data. `where` is the line in the library.",
    "malformed_request": "A request from Slack lacked a part that it must have. It was refused.",
    "member_data_incomplete": "Slack's data of a member lacks what the bot needs. The member is"
    " left out until it is complete.",
    "member_not_saved": "A member could not be stored in the nightly comparison.",
    "member_sync_failed": "The nightly comparison with Slack ended early; `members` were compared.",
    "moments_corrected": "Times that a wrong clock had stored were corrected.",
    "no_session": "A page of the portal was opened without a session; it leads to the sign-in.",
    "operator_mail_refused": "The mail server refused the mail to `IMI_OPERATOR_MAIL` for good.",
    "operator_not_told": "The mail to `IMI_OPERATOR_MAIL` could not be sent. It is tried again.",
    "progress_not_shown": "The progress of long work could not be shown. The work goes on.",
    "request_not_understood": "A request was malformed. It was refused with status 400.",
    "request_refused": "A rule refused an action; `refusal` names the rule. The person was told.",
    "settlement_not_told": "A message was sent and recorded, but a form or Home tab that shows it"
    " could not be brought up to date.",
    "slack_request_refused": "Requests to Slack's path were refused: `reason` says why, `number`"
    " how many since the last such line, and `check` what to look at.",
    "slack_unreachable": "Slack did not answer, or refused the bot. Messages wait.",
    "socket_not_connected": "The connection of Socket Mode failed. It is tried again.",
    "socket_refused": "Slack refused the connection of Socket Mode; `code` is Slack's own.",
    "socket_replaced": "The connection of Socket Mode was lost for long, so it was opened anew.",
    "success_not_recorded": "That a service works again could not be written to the database.",
    "thread_failed": "A thread ended with an error; `where` is the line.",
    "throttled": "Somebody tried too often or at a busy moment, and has to wait; `by` says whether"
    " the address, the account or the queue of hashes was the limit.",
    "time_zone_not_learned": "Slack did not tell a new user's time zone. The nightly"
    " comparison learns it.",
    "unexpected_error": "An error in the product. The person was shown `reference`; report it with"
    " this line.",
    "unhandled_request": "Slack sent something for which the bot has no answer, such as a button of"
    " a later version.",
    "unraisable_error": "An error in a clean-up, where nobody can catch it; `where` is the line.",
    "user_not_purged": "A removed user could not be pseudonymised. The next night tries again.",
}

FIELDS = {
    "binding": "to what the form was bound: `visit` (the browser) or the session",
    "by": "what had too many attempts, such as the address or the account; or `hash_queue`,"
    " the full queue of passwords",
    "check": "what to look at",
    "checkpoints": "number of checkpoints",
    "code": "code of Slack's or the mail server's answer, never its text",
    "connections": "number of connections with the app token",
    "delivery": "row id in `deliveries`",
    "error": "class of the error, never its text",
    "fault": "in what the entry and the trail disagree",
    "job": "name of the job",
    "key_id": "identifier of the key that signed, from which the key cannot be found",
    "kind": "kind of the message",
    "last": "time of the job's last success, or nothing",
    "logger": "name of the library's logger",
    "member": "id of the member in Slack",
    "members": "number of members",
    "number": "number of the audit entry, or of requests since the last line",
    "path": "path of the page, without its query",
    "reason": "why, from a fixed list",
    "reference": "what the user was shown and can tell you",
    "refusal": "class of the refusal, such as `NotAdministratorError`",
    "seconds": "number of seconds",
    "seconds_ahead": "seconds by which this machine's clock is ahead of Slack's",
    "service": "`slack` or `mail`",
    "step": "method of Slack, or phase of the mail conversation, that was refused",
    "todo": "what to do, in a sentence",
    "user": "row id in `users`, or nothing",
    "where": "file and line",
}
# The fields in `**details` of the event of this name; its callers name them.
MORE_FIELDS = {"slack_request_refused": ("check", "seconds_ahead")}
