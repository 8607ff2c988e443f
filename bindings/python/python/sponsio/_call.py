"""A tool call from the question to its result: what every adapter does, in one place.

The tool runs only if the decision says so. A redirected call runs its substitute, which is asked about first and may not
be replaced again. A call that waits for a person is asked about again once one approved exactly this call. How the call
ended is told in every case, also by an exception.
"""

from __future__ import annotations

from ._native import CheckResult, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    #: Runs a tool with its arguments.
    Runner = Callable[[Mapping[str, Any]], Any]
    #: Asked whether a person lets a call run: the tool, its arguments, and why it waits.
    Approver = Callable[[str, Mapping[str, Any], CheckResult], Any]
    #: What a runner returned, in the words of the guard: the value, and how the call ended.
    Reader = Callable[[Any], tuple[Any, str | None]]


class ToolCallBlocked(Exception):
    """A call that must not run. Its text is what the agent is told; `result` is the whole answer."""

    def __init__(self, tool: str, result: CheckResult):
        super().__init__(message(tool, result))
        self.tool = tool
        self.result = result


def message(tool: str, result: CheckResult) -> str:
    """What the agent is told of a call that does not run."""
    text = result.reason or f"`{tool}` may not run"
    if result.repair:
        first = " then ".join(f"`{name}`" for name in result.repair)
        if first not in text:
            text += f"; call {first} first"
    return text


def run(
    session: Session,
    tool: str,
    args: Mapping[str, Any] | None,
    runner: Runner,
    *,
    substitutes: Mapping[str, Runner] | None = None,
    approve: Approver | None = None,
    call_id: str | None = None,
    batch: str | None = None,
    read: Reader | None = None,
) -> Any:
    """Runs a tool if it may run, and returns what it returned.

    Frameworks wrap what a tool returned: `read` takes it out again, and says how the call ended.
    Raises `ToolCallBlocked` where it may not run.
    """
    args = dict(args or {})
    result = session.guard_before(tool, args, call_id=call_id, batch=batch)
    if result.escalated and approve is not None and approve(tool, args, result):
        result = _approved(session, tool, args, result, call_id, batch)
    if result.redirected:
        tool, runner, result = _substitute(session, tool, args, result, substitutes, call_id, batch)
    if not result.allowed:
        raise ToolCallBlocked(tool, result)
    try:
        output = runner(args)
    except BaseException as error:
        session.guard_after(tool, error, call_id=call_id, outcome=_outcome(error))
        raise
    value, outcome = read(output) if read is not None else (output, None)
    session.guard_after(tool, value, call_id=call_id, outcome=outcome)
    return output


async def arun(
    session: Session,
    tool: str,
    args: Mapping[str, Any] | None,
    runner: Callable[[Mapping[str, Any]], Awaitable[Any] | Any],
    *,
    substitutes: Mapping[str, Runner] | None = None,
    approve: Approver | None = None,
    call_id: str | None = None,
    batch: str | None = None,
    read: Reader | None = None,
) -> Any:
    """As `run`, for tools, substitutes and approvers that may be awaited."""
    args = dict(args or {})
    result = await _asked(session, tool, args, call_id, batch)
    if result.escalated and approve is not None and await _awaited(approve(tool, args, result)):
        result = _approved(session, tool, args, result, call_id, batch)
    if result.redirected:
        tool, runner, result = _substitute(session, tool, args, result, substitutes, call_id, batch)
    if not result.allowed:
        raise ToolCallBlocked(tool, result)
    try:
        output = await _awaited(runner(args))
    except BaseException as error:
        session.guard_after(tool, error, call_id=call_id, outcome=_outcome(error))
        raise
    value, outcome = read(output) if read is not None else (output, None)
    session.guard_after(tool, value, call_id=call_id, outcome=outcome)
    return output


async def _awaited(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value


async def _asked(session: Any, tool: str, args: Any, call_id: str | None, batch: str | None) -> CheckResult:
    ask = getattr(session, "aguard_before", None)
    if ask is None:
        return session.guard_before(tool, args, call_id=call_id, batch=batch)
    return await ask(tool, args, call_id=call_id, batch=batch)


def _approved(
    session: Session, tool: str, args: Any, result: CheckResult, call_id: str | None, batch: str | None
) -> CheckResult:
    """The answer once every contract that asks is approved for exactly this call."""
    if result.digest is not None:
        for objection in result.objections:
            if objection.outcome == "escalated":
                session.approve_call(objection.contract, result.digest)
    return session.guard_before(tool, args, call_id=call_id, batch=batch)


def _substitute(
    session: Session,
    tool: str,
    args: Any,
    result: CheckResult,
    substitutes: Mapping[str, Runner] | None,
    call_id: str | None,
    batch: str | None,
) -> tuple[str, Any, CheckResult]:
    """The tool that runs instead, if there is one and it may; there is no substitute of a substitute."""
    safe = result.redirected_to
    runner = (substitutes or {}).get(safe) if safe is not None else None
    if safe is None or runner is None:
        raise ToolCallBlocked(tool, result)
    answer = session.guard_before(safe, args, call_id=call_id, batch=batch)
    return safe, runner, answer


def _outcome(error: BaseException) -> str:
    return "timeout" if isinstance(error, TimeoutError) else "error"
