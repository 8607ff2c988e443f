"""Sessions and the guard, with what is better written in Python than compiled.

`Sponsio` is a guard and its first session in one: the class for a program with one conversation. Where there are several,
`session(…)` gives one for each, judged by the same program.
"""

from __future__ import annotations

import os

from . import _call
from ._contract import document
from ._native import CheckResult, Clock, Guard, SessionError
from ._native import Session as _Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    OnDecision = Callable[[CheckResult], Any]


def _name() -> str:
    return os.urandom(8).hex()


class Session(_Session):
    """One conversation: what was done in it decides what may be done next."""

    #: Whether an answer may wait for a file or a server.
    _waits = False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish_session()

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.afinish_session()

    def observe_llm_call(
        self,
        prompt: str = "",
        response: str = "",
        input_tokens: int = 0,
        output_tokens: int = 0,
        **details: Any,
    ) -> CheckResult:
        """Tells what the model was asked, and what it answered; what is decided of the answer."""
        result = None
        if prompt:
            result = self.observe_llm_request(prompt, system_prompt=details.pop("system_prompt", True))
        if response or result is None:
            result = self.observe_llm_response(
                response, input_tokens=input_tokens, output_tokens=output_tokens, **details
            )
        return result

    def observe_tool_output(self, tool: str, text: Any) -> CheckResult:
        """Tells what a call returned."""
        return self.guard_after(tool, text)

    def observe_approval(self, role: str, decision: str = "allow", scope: str | None = None) -> CheckResult:
        """Sets the facts that contracts about approvals of a role ask for. One call is approved by `approve`."""
        return self.observe_context(
            {"approval.role": role, "approval.decision": decision, "approval.scope": scope}
        )

    def approve(self, result: CheckResult, *, seconds: float = 300.0) -> None:
        """Lets the call of this answer run once within so many seconds. Asked about again, it is allowed."""
        if result.digest is None:
            raise SessionError("this answer waits for nobody; approve one whose `escalated` is true")
        for objection in result.objections:
            if objection.outcome == "escalated":
                self.approve_call(objection.contract, result.digest, seconds=seconds)

    def rotate_session(self, session_id: str | None = None) -> dict[str, Any]:
        """Ends the session and begins another one; what there was in it, and what it still owed."""
        before = self.session_id
        owed, events, violations = self.rotate_to(session_id or _name())
        return {"session": before, "events": events, "violations": violations, "owed": owed}

    def reset(self) -> None:
        """Begins from nothing, as another session."""
        self.rotate_session()

    @property
    def violations(self) -> list[dict[str, Any]]:
        """The latest violations."""
        keys = ("tool", "contract", "outcome", "message")
        return [dict(zip(keys, one)) for one in self.latest_violations]

    def summary(self) -> dict[str, Any]:
        """What happened so far."""
        return {
            "agent": self.agent_id,
            "session": self.session_id,
            "mode": self.mode,
            "events": self.events,
            "decisions": self.decisions,
            "violations": self.violations,
            "owed": self.before_close(),
        }

    def tool(self, function: Callable[..., Any] | None = None, /, *, name: str | None = None, **options: Any) -> Any:
        """The function, asked about before each call. One that must not run raises `ToolCallBlocked`."""
        import functools
        import inspect

        if function is None:
            return functools.partial(self.tool, name=name, **options)
        tool = name or function.__name__
        signature = inspect.signature(function)

        def arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            return dict(bound.arguments)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def guarded(*args: Any, **kwargs: Any) -> Any:
                seen = arguments(args, kwargs)
                return await _call.arun(self, tool, seen, lambda _: function(*args, **kwargs), **options)

        else:

            @functools.wraps(function)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                seen = arguments(args, kwargs)
                return _call.run(self, tool, seen, lambda _: function(*args, **kwargs), **options)

        return guarded

    async def _apart(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Calls it, on another thread where the answer may wait, so that the loop goes on."""
        if self._waits:
            import asyncio

            return await asyncio.to_thread(function, *args, **kwargs)
        return function(*args, **kwargs)

    async def aguard_before(self, tool: str, args: Any = None, **options: Any) -> CheckResult:
        """`guard_before`, awaited."""
        return await self._apart(self.guard_before, tool, args, **options)

    async def aguard_after(self, tool: str, output: Any = None, **options: Any) -> CheckResult:
        """`guard_after`, awaited."""
        return await self._apart(self.guard_after, tool, output, **options)

    async def afilter_tools(self, names: list[str]) -> list[str]:
        """`filter_tools`, awaited."""
        return await self._apart(self.filter_tools, names)

    async def aobserve_llm_call(self, *args: Any, **options: Any) -> CheckResult:
        """`observe_llm_call`, awaited."""
        return await self._apart(self.observe_llm_call, *args, **options)

    async def aobserve_context(self, facts: dict[str, Any]) -> CheckResult:
        """`observe_context`, awaited."""
        return await self._apart(self.observe_context, facts)

    async def abefore_close(self) -> list[str]:
        """`before_close`, awaited."""
        return await self._apart(self.before_close)

    async def afinish_session(self) -> list[str]:
        """`finish_session`, awaited."""
        return await self._apart(self.finish_session)


class Sponsio(Session):
    """A guard, and its first session.

    Contracts are written here (`contracts`, and with them `tool_policy`, `include`, `sets`, `permissions`), or in a file
    (`config`, else `$SPONSIO_CONFIG`, else `sponsio.yaml` in this directory). Contracts that cannot be used raise
    `ContractError`: a program must not believe that it is guarded.
    """

    guard: Guard

    def __new__(
        cls,
        agent_id: str = "agent",
        *,
        contracts: Iterable[Any] | None = None,
        config: str | os.PathLike[str] | None = None,
        mode: str | None = None,
        tool_policy: Mapping[str, Any] | None = None,
        include: Iterable[str] | None = None,
        sets: Mapping[str, Any] | None = None,
        permissions: Iterable[str] | None = None,
        session_log: str | os.PathLike[str] | None = None,
        keep_args: bool | None = None,
        audit: str | None = None,
        store: str | None = None,
        session_id: str | None = None,
        user: str | None = None,
        on_decision: OnDecision | None = None,
        clock: Clock | None = None,
    ) -> Sponsio:
        written = (contracts, tool_policy, include, sets, permissions)
        if config is not None and any(part is not None for part in written):
            raise ValueError("contracts come from `config` or from Python, not from both; leave one out")
        tree = None
        if any(part is not None for part in written):
            tree = document(contracts or (), tool_policy, include, sets, permissions, agent_id)
        guard = Guard(
            agent_id,
            document=tree,
            config=config,
            mode=mode,
            log=_log(session_log, agent_id),
            store=store,
            audit=audit,
            keep_args=keep_args,
            clock=clock,
        )
        self = super().__new__(cls, guard, session_id or _name(), user=user, on_decision=on_decision)
        self.guard = guard
        self._waits = session_log is not None or store is not None or "SPONSIO_STORE" in os.environ
        self._on_decision = on_decision
        return self

    @property
    def contracts(self) -> list[str]:
        """The names of the contracts."""
        return self.guard.contracts

    def session(
        self,
        session_id: str | None = None,
        *,
        user: str | None = None,
        parent: str | None = None,
        tree: str | None = None,
        on_decision: OnDecision | None = None,
    ) -> Session:
        """The session with this name, judged by the same program; it begins if it is not live."""
        session = Session(
            self.guard,
            session_id or _name(),
            user=user,
            parent=parent,
            tree=tree,
            on_decision=on_decision or self._on_decision,
        )
        session._waits = self._waits
        return session


def _log(path: str | os.PathLike[str] | None, agent: str) -> str | os.PathLike[str] | None:
    """The file of the log; in a folder, one for each agent."""
    if path is None or not os.path.isdir(path):
        return path
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in agent)
    return os.path.join(path, f"{safe}.jsonl")
