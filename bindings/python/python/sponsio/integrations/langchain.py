"""LangChain and LangGraph: calls of tools are asked about before they run.

    agent = create_agent(model, tools, middleware=[ContractMiddleware(guard)])

    node = ToolNode(tools, **tool_node(guard))      # in a graph of one's own

A call that must not run is answered by a message with the reason, which the model reads. One that waits for a person
interrupts the graph, where it has a checkpointer; it is resumed with `Command(resume=True)` or `Command(resume=False)`.
The calls of one turn are concurrent. The model is offered only tools that may be called next.
"""

from __future__ import annotations

from langchain.agents.middleware import AgentMiddleware
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.errors import GraphBubbleUp
from langgraph.types import interrupt

from .. import _call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from langchain_core.tools import BaseTool
    from langgraph.prebuilt.tool_node import ToolCallRequest

    from .. import CheckResult, Session


class _Calls:
    """How calls of a graph are asked about."""

    def __init__(self, session: Session, substitutes: Iterable[BaseTool]):
        self.session = session
        self.substitutes = {tool.name: tool for tool in substitutes}

    def run(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Any]) -> Any:
        try:
            return _call.run(self.session, **self._asked(request, handler))
        except _call.ToolCallBlocked as blocked:
            return _refusal(request, str(blocked))

    async def arun(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Any]) -> Any:
        try:
            return await _call.arun(self.session, **self._asked(request, handler))
        except _call.ToolCallBlocked as blocked:
            return _refusal(request, str(blocked))

    def _asked(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Any]) -> dict[str, Any]:
        call = request.tool_call

        def instead(tool: BaseTool) -> Callable[[Any], Any]:
            other = {**call, "name": tool.name}
            return lambda _: handler(request.override(tool_call=other, tool=tool))

        return {
            "tool": call["name"],
            "args": call["args"],
            "runner": lambda _: handler(request),
            "substitutes": {name: instead(tool) for name, tool in self.substitutes.items()},
            "approve": _approved_by_person,
            "call_id": call["id"],
            "batch": _turn(request),
            "read": _read,
        }


class ContractMiddleware(AgentMiddleware):
    """Asks about every call of an agent.

    `substitutes` are tools that contracts redirect calls to; the agent need not have them.
    """

    def __init__(self, session: Session, *, substitutes: Iterable[BaseTool] = ()):
        super().__init__()
        self._calls = _Calls(session, substitutes)

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Any]) -> Any:
        """Runs the call, its substitute, or nothing."""
        return self._calls.run(request, handler)

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Any]) -> Any:
        """Runs the call, its substitute, or nothing."""
        return await self._calls.arun(request, handler)

    def wrap_model_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """Offers the model the tools that may be called next."""
        return handler(self._menu(request))

    async def awrap_model_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """Offers the model the tools that may be called next."""
        return await handler(self._menu(request))

    def _menu(self, request: Any) -> Any:
        names = [_name(tool) for tool in request.tools]
        allowed = set(self._calls.session.filter_tools([name for name in names if name is not None]))
        # Tools of the provider have no name that a contract could mean, and never come here to be run.
        kept = [tool for tool, name in zip(request.tools, names) if name is None or name in allowed]
        return request.override(tools=kept)


def tool_node(session: Session, *, substitutes: Iterable[BaseTool] = ()) -> dict[str, Any]:
    """The arguments with which a `ToolNode` asks about its calls."""
    calls = _Calls(session, substitutes)
    return {"wrap_tool_call": calls.run, "awrap_tool_call": calls.arun}


def _refusal(request: ToolCallRequest, reason: str) -> ToolMessage:
    call = request.tool_call
    return ToolMessage(content=reason, name=call["name"], tool_call_id=call["id"], status="error")


def _approved_by_person(tool: str, args: Any, result: CheckResult) -> bool:
    try:
        answer = interrupt({"tool": tool, "args": dict(args), "reason": result.reason, "digest": result.digest})
    except GraphBubbleUp:
        raise
    except Exception:
        # Without a checkpointer nobody can be asked.
        return False
    return answer is True


def _turn(request: ToolCallRequest) -> str | None:
    """The turn of the model that the call is of, where that has several."""
    messages = request.state.get("messages", []) if isinstance(request.state, dict) else request.state
    for message in reversed(messages if isinstance(messages, list) else []):
        calls = message.tool_calls if isinstance(message, AIMessage) else []
        ids = [call["id"] for call in calls]
        if request.tool_call["id"] in ids:
            return "turn:" + str(message.id or ids[0]) if len(ids) > 1 else None
    return None


def _read(output: Any) -> tuple[Any, str | None]:
    if isinstance(output, ToolMessage):
        return output.content, "error" if output.status == "error" else "ok"
    return None, "ok"


def _name(tool: Any) -> str | None:
    if isinstance(tool, dict):
        function = tool.get("function")
        return function.get("name") if isinstance(function, dict) else None
    return getattr(tool, "name", None)
