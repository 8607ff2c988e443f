//! Sentences that are understood, and what they say.

use super::check;

#[test]
fn known_sentences_of_order() {
    check("tool `A` must precede `B`", "must_precede(A, B)");
    check("must call `A` before `B`", "must_precede(A, B)");
    check("check_policy must precede issue_refund", "must_precede(check_policy, issue_refund)");
    check("review before publish", "must_precede(review, publish)");
    check("tools `a` and `b` are mutually exclusive", "mutual_exclusion(a, b)");
    check(
        "do not call approve and reject in the same session",
        "mutual_exclusion(approve, reject)",
    );
    check("tool `reject` must not follow `approve`", "no_reversal(approve, reject)");
    check("no refund after cancel", "no_reversal(cancel, refund)");
    check("every `refund` must be followed by `notify`", "always_followed_by(refund, notify)");
    check(
        "send_email should always come after review_draft",
        "always_followed_by(review_draft, send_email)",
    );
    check(
        "after calling fetch_data, always call log_result",
        "always_followed_by(fetch_data, log_result)",
    );
    check("tool `X` requires confirmation", "must_confirm(X)");
    check("never call delete without confirmation", "must_confirm(delete)");
    check("after `a`, tool `b` is forbidden", "no_reversal(a, b)");
}

#[test]
fn known_sentences_of_counts() {
    check("tool `X` at most 3 times", "rate_limit(X, 3)");
    check("limit `x` to 5 calls", "rate_limit(x, 5)");
    check("tool `X` must not be called more than 5 times per session", "rate_limit(X, 5)");
    check("`x` must not be called more than once", "rate_limit(x, 1)");
    check("tool `bash:rm -rf` at most 0 times", "rate_limit(bash:rm -rf, 0)");
    check("tool `deploy` at most 3 retries", "bounded_retry(deploy, 3)");
    check("tool `X` must execute at most once", "idempotent(X)");
    check("tool deploy should only run once", "idempotent(deploy)");
    check("tool `x` cooldown of 3 steps", "cooldown(x, 3)");
    check("cooldown 10 steps between `x`", "cooldown(x, 10)");
    check("tool `x` must not loop more than 5 times", "loop_detection(x, 5)");
    check("tool `x` at most twice", "rate_limit(x, 2)");
    check("tool `x` at most five calls.", "rate_limit(x, 5)");
}

#[test]
fn known_sentences_of_arguments_and_tools() {
    check("tool `file_write` restricted to `/app/data`", "scope_limit(file_write, [/app/data])");
    check(
        "file_write restricted to /app/data/ or /tmp",
        "scope_limit(file_write, [/app/data/ | /tmp])",
    );
    check(
        "bash command must not contain rm -rf or sudo",
        "arg_blacklist(bash, command, [rm -rf | sudo])",
    );
    check("`t.amount` between 0 and 10000", "arg_value_range(t, amount, 0, 10000)");
    check("`t.amount` between -1.5 and 1,000.25", "arg_value_range(t, amount, -1.5, 1000.25)");
    check("`sql.query` at most 500 chars", "arg_length_limit(sql, query, 500)");
    check("agent may only call `a`, `b`", "tool_allowlist([a | b])");
    check("agent may only call `a`, `b`, and `c`", "tool_allowlist([a | b | c])");
    check("redirect `a` to `b`", "redirect_to_safe(a, b)");
    check("redirect `a` to `b` because \"it is safer\"", "redirect_to_safe(a, b, it is safer)");
}

#[test]
fn known_sentences_of_triggers() {
    check("called `X`", "trigger_called(X)");
    check("tool `X` was called", "trigger_called(X)");
    check("once `X` is called", "trigger_called(X)");
    check("never called `X`", "trigger_not_called(X)");
    check("`X` was never called", "trigger_not_called(X)");
    check("never call `x`", "trigger_not_called(x)");
    check("`x` is banned", "trigger_not_called(x)");
    check("`x` must not be called", "trigger_not_called(x)");
    check("`x` has not been called", "trigger_not_called(x)");
}

#[test]
fn names_are_not_confused_with_allowed_or_forbidden_texts() {
    check("bash command must not contain `rm -rf`", "arg_blacklist(bash, command, [rm -rf])");
    check(
        "tool `bash` command must not contain `rm -rf` or `sudo`",
        "arg_blacklist(bash, command, [rm -rf | sudo])",
    );
    check("tool `bash` args must not contain `rm -rf`", "arg_blacklist(bash, *, [rm -rf])");
    check("bash may only access files under `/workspace`", "scope_limit(bash, [/workspace])");
    check("http_get host must be one of `a.b`, `c`", r"arg_allowlist(http_get, host, [a\.b | c])");
}

#[test]
fn roles_are_those_of_the_words() {
    check("tool `respond` within 3 steps of `receive`", "deadline(receive, respond, 3)");
    check("`y` must follow `x` within 3 steps", "deadline(x, y, 3)");
    check("never call `b` after `a`", "no_reversal(a, b)");
    check("`b` cannot be called after `a`", "no_reversal(a, b)");
    check("cannot `B` after `A`", "no_reversal(A, B)");
    check("before calling `a` you must call `b`", "must_precede(b, a)");
    check("before `deploy`, run `test`", "must_precede(test, deploy)");
    check("tool `audit` must run after `pay`", "always_followed_by(pay, audit)");
    check("`blacklist_user` must precede `notify`", "must_precede(blacklist_user, notify)");
    check(
        "`search` args matching `invoice-42` at most 2 times",
        "duplicate_call_limit(search, invoice-42, 2)",
    );
}

#[test]
fn quoted_text_is_literal_and_slashes_mean_a_regex() {
    check("bash command must not contain `a.b`", r"arg_blacklist(bash, command, [a\.b])");
    check("bash command must not contain a.b", r"arg_blacklist(bash, command, [a\.b])");
    check(r"bash command must not contain /rm\s+-rf/", r"arg_blacklist(bash, command, [rm\s+-rf])");
    check("bash command must not contain `/etc/`", "arg_blacklist(bash, command, [/etc/])");
}

#[test]
fn a_sentence_in_capitals_keeps_its_names() {
    check("Tool `Deploy` AT MOST 3 Times.", "rate_limit(Deploy, 3)");
}

/// What the reference of the earlier implementation lists as understood, where its meaning was right.
#[test]
fn sentences_of_the_earlier_implementation() {
    check(
        "`plan_migration` dry run before `apply_migration`",
        "dry_run_before_commit(plan_migration, apply_migration)",
    );
    check(
        "`snapshot_db` backup before `drop_table`",
        "backup_before_destructive(snapshot_db, drop_table)",
    );
    check("`transfer_funds` must be audited", "audit_after(transfer_funds)");
    check(
        "`approve_deploy` approval for `deploy` within 3 steps",
        "approval_freshness(approve_deploy, deploy, 3)",
    );
    check(
        "`web_fetch` input must be sanitized by `sanitize_input` before `send_email`",
        "sanitized_before_sink(web_fetch, sanitize_input, send_email)",
    );
    check(
        "same `search` request `invoice-42` at most 2 times",
        "duplicate_call_limit(search, invoice-42, 2)",
    );
    check(
        "tools `review` and `approve` must be by different agents",
        "segregation_of_duty(review, approve)",
    );
    check(
        "tool `transfer` requires permission `manager`",
        "requires_permission(transfer, manager)",
    );
    check("no data leak from `pii` to `external_api`", "no_data_leak(pii, external_api)");
    check("no data leak from pii to external_api", "no_data_leak(pii, external_api)");
    check("response under 200 words", "max_length(199)");
    check("response at most 200 words", "max_length(200)");
    check("response must not contain PII", "no_pii()");
    check("response must not contain emails", "no_pii([email])");
    check("output must not contain any credit card numbers or ssns", "no_pii([credit_card | ssn])");
    check("response must not mention the words foo, bar", "no_keywords([foo | bar])");
    check("response should not include the keyword \"as an AI\"", "no_keywords([as an AI])");
}

#[test]
fn sentences_that_were_documented() {
    check("tool `x` must not loop more than 5 times", "loop_detection(x, 5)");
    check("total LLM tokens under 1,000", "token_budget(999)");
    check("total LLM tokens at most 200000", "token_budget(200000)");
    check("delegation at most 3 levels", "delegation_depth_limit(3)");
    check(
        "`deploy` requires active approval from `manager` at most 1 hour old",
        "approval_active(deploy, manager, 3600s)",
    );
    check(
        "`deploy` requires context `env` to be one of `staging`, `prod`",
        "ctx_required(deploy, env, [staging | prod])",
    );
    check("`x` requires context `caller` to match /a.*/", "ctx_matches_required(x, caller, a.*)");
    check(
        "`drop` is destructive and requires approval from `dba`",
        "destructive_action_gate(drop, dba)",
    );
    check("`drop` requires approval from `dba`", "destructive_action_gate(drop, dba)");
    check("`drop` needs approval", "must_confirm(drop)");
    check("dangerous commands are banned", "dangerous_bash_commands()");
    check(
        "commands `rm -rf`, /su(do)?/ are banned in tool `sh`",
        "dangerous_bash_commands([rm -rf | /su(do)?/], sh)",
    );
    check(
        "sql verbs `DROP` are banned in tool `q` in argument `sql`",
        "dangerous_sql_verbs(q, [DROP], sql)",
    );
}

/// Sentences that the earlier implementation took for something else, and what their words say.
#[test]
fn sentences_that_were_taken_for_others() {
    check("bash command must not contain `rm -rf`", "arg_blacklist(bash, command, [rm -rf])");
    check("tool `bash` args must not contain `rm -rf`", "arg_blacklist(bash, *, [rm -rf])");
    check("bash may only access files under `/workspace`", "scope_limit(bash, [/workspace])");
    check("tool `respond` within 3 steps of `receive`", "deadline(receive, respond, 3)");
    check("`y` must follow `x` within 3 steps", "deadline(x, y, 3)");
    check("never call `b` after `a`", "no_reversal(a, b)");
    check("`b` cannot be called after `a`", "no_reversal(a, b)");
    check("cannot `B` after `A`", "no_reversal(A, B)");
    check("before calling `a` you must call `b`", "must_precede(b, a)");
    check("before `deploy`, run `test`", "must_precede(test, deploy)");
    check("must call `a` and `b` before `c`", "must_precede(a, c); must_precede(b, c)");
    check(
        "after `fetch_url`, `file_write` requires confirmation",
        "confirm_after_source(fetch_url, file_write)",
    );
    check(
        "after `read_email`, confirm before `send_email`",
        "confirm_after_source(read_email, send_email)",
    );
    check(
        "every `s` must be followed by all of [`log`, `notify`]",
        "required_steps_completion(s, [log | notify])",
    );
    check("tool `audit` must run after `pay`", "always_followed_by(pay, audit)");
    check(
        "`search` args matching `invoice-42` at most 2 times",
        "duplicate_call_limit(search, invoice-42, 2)",
    );
    check("`pay` at most 1,000 times", "rate_limit(pay, 1000)");
    check("`pay` at most 1e3 times", "rate_limit(pay, 1000)");
    check("`pay` at most five hundred times", "rate_limit(pay, 500)");
    check(
        "tool `check` must precede `refund`, and `refund` at most 3 times",
        "must_precede(check, refund); rate_limit(refund, 3)",
    );
    check(
        "tool `x` at most 3 times and tool `y` at most 2 times",
        "rate_limit(x, 3); rate_limit(y, 2)",
    );
    check("limit `x` to 5 calls per minute", "rate_limit(x, 5, 60s)");
    check("no data leak from `read_db` to `send_email`", "no_data_leak(read_db, send_email)");
    check("`blacklist_user` must precede `notify`", "must_precede(blacklist_user, notify)");
    check("bash command must not contain a.b", r"arg_blacklist(bash, command, [a\.b])");
    check(
        "`a`, `b` and `c` are mutually exclusive",
        "mutual_exclusion(a, b); mutual_exclusion(a, c); mutual_exclusion(b, c)",
    );
}

#[test]
fn windows() {
    check("`search` at most 3 times within 24 hours", "rate_limit(search, 3, 86400s)");
    check("`search` at most 3 times a day", "rate_limit(search, 3, 86400s)");
    check("`search` at most twice every 10 minutes", "rate_limit(search, 2, 600s)");
    check("`search` at most once per hour", "rate_limit(search, 1, 3600s)");
    check("`search` at most once", "idempotent(search)");
    check(
        "spend at most 500 per day through `pay.amount`",
        "spend_limit(pay, amount, 500, 86400s)",
    );
    check("the sum of `amount` of `pay` at most 1,000.50", "sum_limit(pay, amount, 1000.5)");
    check("`pay.amount` at most 20 in total within 1 hour", "sum_limit(pay, amount, 20, 3600s)");
    check("tool `pay` is blocked after 3 refusals within 1 hour", "denied_limit(pay, 3, 3600s)");
    check(
        "`login` must have occurred within the last 2 hours before `pay`",
        "time_since(login, 7200s, pay)",
    );
}

#[test]
fn sets_of_tools() {
    check("any of `a`, `b` must precede `c`", "must_precede({a, b}, c)");
    check("`a` or `b` must precede `c`", "must_precede({a, b}, c)");
    check("`a` must precede `b` and `c`", "must_precede(a, b); must_precede(a, c)");
    check("each of `a`, `b` at most 3 times", "rate_limit(a, 3); rate_limit(b, 3)");
    check("tools `a` and `b` together at most 3 times", "rate_limit({a, b}, 3)");
    check("never call `a`, `b` or `c`", "trigger_not_called({a, b, c})");
    check("`mcp__bank__*` at most 3 times", "rate_limit(mcp__bank__*, 3)");
    check("`@risky` requires permission `admin`", "requires_permission(@risky, admin)");
    check(
        "`a`, `b` and `c` must not be called after `d`",
        "no_reversal(d, a); no_reversal(d, b); no_reversal(d, c)",
    );
    check("after `a`, `b` or `c` is forbidden", "no_reversal(a, {b, c})");
    check("never call both `a` and `b`", "never_together(a, b)");
}

#[test]
fn several_statements() {
    check(
        "`a` must precede `b` and `c` must precede `d`",
        "must_precede(a, b); must_precede(c, d)",
    );
    check("`a` must precede `b`. `c` at most 2 times.", "must_precede(a, b); rate_limit(c, 2)");
    check(
        "`a` must precede `b` and `c`; `d` is banned",
        "must_precede(a, b); must_precede(a, c); trigger_not_called(d)",
    );
    check("after `a`, `b` is forbidden; `c` is banned", "no_reversal(a, b); trigger_not_called(c)");
    check("called `a` and called `b`", "trigger_called(a); trigger_called(b)");
    check(
        "`a` must precede `b`,\n  and `b`\n  at most 3 times",
        "must_precede(a, b); rate_limit(b, 3)",
    );
}

#[test]
fn keys() {
    check(
        "for each `customer_id`, tool `refund` at most 3 times",
        "args.customer_id: rate_limit(refund, 3)",
    );
    check("for each customer, `refund` at most 3 times", "args.customer: rate_limit(refund, 3)");
    check(
        "tool `refund` at most 3 times per `customer_id`",
        "args.customer_id: rate_limit(refund, 3)",
    );
    check(
        "`refund` at most 3 times per `customer_id` per day",
        "args.customer_id: rate_limit(refund, 3, 86400s)",
    );
    check("`refund` at most 3 times a day for each agent", "agent: rate_limit(refund, 3, 86400s)");
    check("for each `ctx.user`, `a` must precede `b`", "ctx.user: must_precede(a, b)");
    check(
        "for each `id`, `a` must precede `b` and `b` at most 2 times",
        "args.id: must_precede(a, b); args.id: rate_limit(b, 2)",
    );
    check(
        "for each `id`, for each agent, `b` at most 2 times",
        "[args.id, agent]: rate_limit(b, 2)",
    );
    check(
        "for each `id`, `a` and `b` must be by different agents",
        "args.id: segregation_of_duty(a, b)",
    );
}

#[test]
fn options() {
    check("tool `a` must precede `b`, attempts included", "must_precede(a, b, true)");
    check("tool `a` requires confirmation attempts included", "must_confirm(a, true)");
    check(
        "`deploy` needs fresh approval within 3 steps",
        "approval_freshness(approve_deploy, deploy, 3)",
    );
    check("`verify` must precede `pay` with the same `id`", "same_value(verify, id, pay, id)");
    check(
        "`pay.account` must equal the `verify.id` of an earlier call",
        "same_value(verify, id, pay, account)",
    );
    check(
        "`t.to` must not come from `read`, `web` unless the user said it",
        "provenance(t, to, [read | web])",
    );
    check("`sum_up` must be called by the end of the session", "obligation_before_end(sum_up)");
}
