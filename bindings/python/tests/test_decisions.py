"""What a decision means to the program that asks."""

import asyncio
import json
import sqlite3
import threading

import pytest

import sponsio
from sponsio import ContractError, Sponsio, ToolCallBlocked, contract, patterns, redirect_to

VERIFY_FIRST = contract("verify first").guarantees("tool `verify` must precede `refund`")


def guard(*contracts, **options):
    return Sponsio(contracts=list(contracts), **{"mode": "enforce"} | options)


@pytest.fixture
def books(tmp_path):
    """A database with an account, and the tool that takes money from it."""
    connection = sqlite3.connect(tmp_path / "books.db", isolation_level=None)
    connection.execute("create table account (balance integer)")
    connection.execute("insert into account values (100)")

    def refund(amount):
        connection.execute("update account set balance = balance - ?", (amount,))
        return "done"

    refund.balance = lambda: connection.execute("select balance from account").fetchone()[0]
    yield refund
    connection.close()


def test_a_blocked_call_is_not_allowed_and_says_why_and_what_to_do():
    result = guard(VERIFY_FIRST).guard_before("refund", {"amount": 20})
    assert (result.decision, result.allowed, bool(result)) == ("block", False, False)
    assert result.stop_original and result.blocked
    assert result.repair == ["verify"]
    assert "verify first" in result.reason and "call `verify` first" in result.reason
    assert [(o.contract, o.outcome) for o in result.objections] == [("verify first", "blocked")]


def test_a_call_is_allowed_once_what_it_needs_succeeded():
    session = guard(VERIFY_FIRST)
    session.guard_before("verify")
    session.guard_after("verify", "ok")
    assert session.guard_before("refund", {"amount": 20}).decision == "allow"


def test_a_failure_does_not_count_as_a_success():
    session = guard(VERIFY_FIRST)
    session.guard_before("verify")
    session.guard_after("verify", RuntimeError("no connection"))
    assert session.guard_before("refund").blocked


def test_a_call_that_waits_for_a_person_is_not_allowed_until_exactly_it_is_approved():
    session = guard(contract("ask").guarantees("never call `refund`").strategy("escalate"))
    result = session.guard_before("refund", {"amount": 20})
    assert (result.decision, result.allowed, result.escalated) == ("escalate", False, True)
    session.approve(result)
    assert not session.guard_before("refund", {"amount": 2000}).allowed
    assert session.guard_before("refund", {"amount": 20}).allowed
    assert not session.guard_before("refund", {"amount": 20}).allowed


def test_a_redirected_call_is_not_allowed_and_names_its_substitute():
    session = guard(contract("no rm").guarantees("never call `rm`").strategy(redirect_to("trash", "kept")))
    result = session.guard_before("rm", {"path": "a"})
    assert (result.decision, result.allowed) == ("redirect", False)
    assert (result.redirected_to, result.redirect_message) == ("trash", "kept")


def test_a_warning_lets_the_call_run_and_says_so():
    result = guard(contract("rare").guarantees("never call `refund`").strategy("warn_only")).guard_before("refund")
    assert (result.decision, result.allowed, result.warned) == ("warn", True, True)
    assert result.reason


def test_observing_stops_nothing_and_tells_what_would_have_been_stopped():
    result = guard(VERIFY_FIRST, mode="observe").guard_before("refund")
    assert (result.decision, result.allowed, result.observed) == ("allow", True, True)
    assert result.objections[0].enforced == "blocked"


def test_a_tool_policy_refuses_what_is_not_approved():
    session = guard(tool_policy={"default": "deny", "approved": ["read"]})
    assert session.guard_before("read").allowed
    assert session.guard_before("write").blocked
    assert session.filter_tools(["read", "write"]) == ["read"]


def test_contracts_that_cannot_be_used_raise_with_their_place():
    with pytest.raises(ContractError, match="(?s)contracts.*nonsense"):
        guard("some nonsense that is no sentence")
    with pytest.raises(ContractError, match="no contract"):
        guard()
    with pytest.raises(ContractError, match="cannot be read"):
        Sponsio(config="/nowhere/sponsio.yaml")


def test_contracts_come_from_a_file_or_from_python_but_not_from_both(tmp_path):
    file = tmp_path / "sponsio.yaml"
    file.write_text("mode: enforce\ncontracts: ['never call `rm`']\n")
    assert Sponsio(config=file).guard_before("rm").blocked
    with pytest.raises(ValueError, match="not from both"):
        Sponsio(config=file, contracts=["never call `rm`"])


def test_a_mode_that_is_none_is_refused():
    with pytest.raises(ValueError, match="neither `enforce` nor `observe`"):
        guard(VERIFY_FIRST, mode="strict")


def test_an_include_brings_the_contracts_of_a_pack():
    session = guard(include=["sponsio:capability/shell"])
    assert len(session.contracts) > 1


def test_a_contract_in_every_form_means_the_same():
    forms = [
        "tool `verify` must precede `refund`",
        patterns.must_precede("verify", "refund"),
        {"guarantee": "tool `verify` must precede `refund`", "desc": "d"},
        {"G": {"pattern": "must_precede", "args": ["verify", "refund"]}},
        contract("d").guarantees(sponsio.ltl("G(called(refund) -> done(verify))")),
    ]
    for form in forms:
        session = guard(form)
        assert session.guard_before("refund").blocked, form
        assert session.guard_before("verify").allowed, form
        assert session.guard_before("refund").allowed, form


def test_an_assumption_limits_where_a_contract_holds():
    session = guard(contract("c").assume("called `fetch`").guarantees("never call `send`").activate_at())
    assert session.guard_before("send").allowed
    session.guard_before("fetch")
    assert session.guard_before("send").blocked


def test_what_is_owed_is_told_before_the_end_and_at_the_end():
    session = guard(contract("log out").guarantees(patterns.always_followed_by("login", "logout")))
    session.guard_before("login")
    assert session.before_close() == ["log out"]
    assert session.finish_session() == ["log out"]
    assert session.finish_session() == ["log out"]
    result = session.guard_before("login")
    assert (result.blocked, result.failure) == (True, "session_ended")


def test_a_session_is_finished_when_its_block_ends():
    with guard(VERIFY_FIRST) as session:
        session.guard_before("verify")
    assert session.guard_before("verify").failure == "session_ended"


def test_a_rotated_session_begins_from_nothing():
    session = guard(patterns.rate_limit("search", 1))
    session.guard_before("search")
    assert session.guard_before("search").blocked
    told = session.rotate_session("next")
    assert (session.session_id, told["violations"], told["owed"]) == ("next", 1, [])
    assert session.guard_before("search").allowed


def test_sessions_are_apart_and_share_one_program():
    first = guard(patterns.rate_limit("search", 1))
    other = first.session("other")
    assert first.guard_before("search").allowed
    assert other.guard_before("search").allowed
    assert first.session("other").guard_before("search").blocked
    assert first.guard.sessions == 2


def test_sessions_of_one_user_share_what_a_contract_of_the_user_counts():
    first = guard(contract("c").guarantees("tool `refund` at most 1 times").scope("user"))
    a, b, c = (first.session(name, user=user) for name, user in [("a", "u"), ("b", "u"), ("c", "v")])
    assert a.guard_before("refund").allowed
    assert b.guard_before("refund").blocked
    assert c.guard_before("refund").allowed


def test_calls_of_one_batch_do_not_wait_for_each_other():
    session = guard(VERIFY_FIRST)
    assert session.guard_before("verify", batch="1").allowed
    assert session.guard_before("refund", batch="1").blocked
    assert session.guard_before("refund", batch="2").allowed


def test_facts_are_set_and_cleared():
    session = guard(contract("c").guarantees(sponsio.ltl("G(called(pay) -> ctx(env, test))")))
    session.observe_context({"env": "test"})
    assert session.guard_before("pay").allowed
    session.observe_context({"env": None})
    assert session.guard_before("pay").blocked


def test_tokens_and_answers_of_the_model_are_judged():
    session = guard(patterns.token_budget(100), patterns.no_keywords(["secret"]))
    result = session.observe_llm_call("hello", "the secret is out", input_tokens=5, output_tokens=5)
    assert [o.outcome for o in result.objections] == ["warned"]
    assert session.guard_before("search").allowed
    session.observe_llm_call("hello", "fine", input_tokens=500, output_tokens=5)
    assert session.guard_before("search").blocked


def test_a_summary_counts_what_happened():
    session = guard(VERIFY_FIRST, agent_id="desk", session_id="s1")
    session.guard_before("refund")
    session.guard_before("verify")
    summary = session.summary()
    assert (summary["agent"], summary["session"], summary["mode"]) == ("desk", "s1", "enforce")
    assert (summary["decisions"]["block"], summary["decisions"]["allow"]) == (1, 1)
    assert [v["contract"] for v in summary["violations"]] == ["verify first"]


def test_the_log_holds_the_line_of_every_decision(tmp_path):
    log = tmp_path / "log.jsonl"
    session = guard(VERIFY_FIRST, session_log=log)
    session.guard_before("refund", {"amount": 20})
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["kind"], line["decision"]) for line in lines] == [("tool_call", "block"), ("denied", "allow")]


def test_a_log_that_cannot_be_opened_refuses_to_begin(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot be opened"):
        guard(VERIFY_FIRST, session_log=tmp_path / "file" / "log.jsonl")


def test_a_clock_is_set_by_hand():
    clock = sponsio.Clock(1000)
    session = guard(sponsio.ltl("G(count(search) within 60s <= 1)"), clock=clock)
    assert session.guard_before("search").allowed
    assert session.guard_before("search").blocked
    clock.advance(61)
    assert session.guard_before("search").allowed


def test_a_guarded_function_does_not_run_when_it_is_refused(books):
    session = guard(VERIFY_FIRST)
    refund = session.tool(books, name="refund")
    with pytest.raises(ToolCallBlocked, match="verify first") as caught:
        refund(20)
    assert (books.balance(), caught.value.result.decision) == (100, "block")
    session.guard_before("verify")
    assert (refund(amount=20), books.balance()) == ("done", 80)


def test_an_awaited_function_does_not_run_when_it_is_refused(books):
    session = guard(VERIFY_FIRST)

    @session.tool
    async def refund(amount):
        return books(amount)

    with pytest.raises(ToolCallBlocked):
        asyncio.run(refund(20))
    assert books.balance() == 100


def test_a_redirected_call_runs_its_substitute_and_nothing_else(books, tmp_path):
    session = guard(contract("no refund").guarantees("never call `refund`").strategy(redirect_to("note")))
    note = lambda args: (tmp_path / "note").write_text(str(args["amount"])) and "noted"
    run = lambda: sponsio.run(session, "refund", {"amount": 7}, lambda a: books(**a), substitutes={"note": note})
    assert (run(), books.balance(), (tmp_path / "note").read_text()) == ("noted", 100, "7")


def test_a_redirected_call_without_its_substitute_runs_nothing(books):
    session = guard(contract("no refund").guarantees("never call `refund`").strategy(redirect_to("note")))
    with pytest.raises(ToolCallBlocked):
        sponsio.run(session, "refund", {"amount": 7}, lambda a: books(**a))
    assert books.balance() == 100


def test_an_approved_call_runs_once(books):
    session = guard(contract("ask").guarantees("never call `refund`").strategy("escalate"))
    run = lambda yes: sponsio.run(session, "refund", {"amount": 7}, lambda a: books(**a), approve=lambda *_: yes)
    with pytest.raises(ToolCallBlocked):
        run(False)
    assert (books.balance(), run(True), books.balance()) == (100, "done", 93)


def test_a_tool_that_raises_is_told_as_a_failure():
    session = guard(VERIFY_FIRST)

    @session.tool
    def verify():
        raise ConnectionError("down")

    with pytest.raises(ConnectionError):
        verify()
    assert session.guard_before("refund").blocked


def test_the_awaited_methods_say_the_same():
    async def ask():
        async with guard(VERIFY_FIRST) as session:
            before = await session.aguard_before("refund")
            await session.aguard_before("verify")
            await session.aguard_after("verify", "ok")
            return before.decision, (await session.aguard_before("refund")).decision

    assert asyncio.run(ask()) == ("block", "allow")


def test_of_many_threads_exactly_as_many_calls_run_as_may():
    session = guard(patterns.rate_limit("search", 50))
    allowed = []

    def ask():
        for _ in range(50):
            allowed.append(session.guard_before("search", {"q": "x"}).allowed)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), allowed.count(True)) == (400, 50)


def test_a_callback_may_ask_the_same_session():
    seen = []

    def told(result):
        if not seen:
            seen.append(result.decision)
            seen.append(session.guard_before("verify").decision)

    session = guard(VERIFY_FIRST, on_decision=told)
    assert session.guard_before("refund").blocked
    assert seen == ["block", "allow"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_callback_that_raises_changes_no_decision():
    def told(_):
        raise RuntimeError("broken")

    session = guard(VERIFY_FIRST, on_decision=told)
    assert session.guard_before("refund").blocked
    assert session.guard_before("verify").allowed
