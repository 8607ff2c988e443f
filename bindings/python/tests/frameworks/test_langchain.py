"""The adapter of LangChain and LangGraph, held to the real ones with a scripted model.

What a tool does is a file: what ran is what is on disk.
"""

import asyncio
import importlib.metadata
import pathlib
import re

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command

from sponsio import Sponsio, contract, redirect_to
from sponsio.integrations.langchain import ContractMiddleware, tool_node


class Scripted(GenericFakeChatModel):
    """A model that says what it is told to, and remembers what it was offered and what it read."""

    offered: list = []
    read: list = []

    def bind_tools(self, tools, **options):
        self.offered.append(sorted(tool.name for tool in tools))
        return self

    def _generate(self, messages, *args, **options):
        self.read.append([m.content for m in messages if isinstance(m, ToolMessage)])
        return super()._generate(messages, *args, **options)


def turn(*calls):
    return AIMessage("", tool_calls=[{"name": n, "args": a, "id": i} for n, a, i in calls])


def model(*turns):
    return Scripted(messages=iter([*turns, AIMessage("done")]), offered=[], read=[])


@pytest.fixture
def tools(tmp_path):
    def write(name, text):
        with open(tmp_path / name, "a", encoding="utf-8") as file:
            file.write(text + "\n")
        return f"{name}: {text}"

    @tool
    def verify(id: str) -> str:
        "Verifies an account."
        return write("verify", id)

    @tool
    def pay(id: str, amount: int) -> str:
        "Pays."
        return write("pay", f"{id} {amount}")

    @tool
    def hold(id: str, amount: int) -> str:
        "Puts a payment on hold."
        return write("hold", f"{id} {amount}")

    @tool
    def fails(id: str) -> str:
        "Fails."
        raise ValueError("the bank is closed")

    return {"verify": verify, "pay": pay, "hold": hold, "fails": fails}


def did(tmp_path, name):
    path = tmp_path / name
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def guard(*contracts):
    return Sponsio("clerk", contracts=contracts, mode="enforce")


FIRST = contract("verify first").guarantees("tool `verify` must precede `pay`")
ONCE = contract("pay once").guarantees("tool `pay` at most 1 times")


def run(tools, asked, *turns, names=("verify", "pay"), **options):
    scripted = model(*turns)
    middleware = ContractMiddleware(asked, **options)
    agent = create_agent(scripted, [tools[name] for name in names], middleware=[middleware])
    result = agent.invoke({"messages": [("user", "pay")]})
    return scripted, [m for m in result["messages"] if isinstance(m, ToolMessage)]


def test_a_call_that_is_refused_does_not_run_and_the_model_reads_why_and_what_to_do(tools, tmp_path):
    scripted, [answer] = run(tools, guard(FIRST), turn(("pay", {"id": "a", "amount": 5}, "c1")))
    assert did(tmp_path, "pay") == []
    assert answer.status == "error" and answer.tool_call_id == "c1"
    assert "verify first" in answer.content and "`verify`" in answer.content
    assert scripted.read[-1] == [answer.content]


def test_after_what_was_missing_the_call_runs_with_its_arguments(tools, tmp_path):
    asked = guard(FIRST)
    run(
        tools,
        asked,
        turn(("verify", {"id": "a"}, "c1")),
        turn(("pay", {"id": "a", "amount": 5}, "c2")),
    )
    assert did(tmp_path, "pay") == ["a 5"]
    assert asked.violations == []


def test_arguments_are_seen_as_the_tool_gets_them(tools, tmp_path):
    limit = contract("small sums").guarantees("argument `amount` of tool `pay` must be at most 10")
    asked = guard(limit)
    run(
        tools,
        asked,
        turn(("pay", {"id": "a", "amount": 11}, "c1")),
        turn(("pay", {"id": "a", "amount": 10}, "c2")),
    )
    assert did(tmp_path, "pay") == ["a 10"]


def test_a_redirected_call_runs_its_substitute(tools, tmp_path):
    safe = contract("hold instead").guarantees("never call `pay`").strategy(redirect_to("hold"))
    call = turn(("pay", {"id": "a", "amount": 5}, "c1"))
    _, [answer] = run(tools, guard(safe), call, substitutes=[tools["hold"]])
    assert (did(tmp_path, "pay"), did(tmp_path, "hold")) == ([], ["a 5"])
    assert answer.content == "hold: a 5" and answer.tool_call_id == "c1"


def test_a_redirected_call_without_its_substitute_does_not_run(tools, tmp_path):
    safe = contract("hold instead").guarantees("never call `pay`").strategy(redirect_to("hold"))
    _, [answer] = run(tools, guard(safe), turn(("pay", {"id": "a", "amount": 5}, "c1")))
    assert did(tmp_path, "pay") == [] and answer.status == "error"


@pytest.mark.parametrize("approves", [True, False])
def test_a_call_that_waits_pauses_the_graph_until_a_person_answers(tools, tmp_path, approves):
    asks = contract("a person agrees").guarantees("never call `pay`").strategy("escalate")
    scripted = model(turn(("pay", {"id": "a", "amount": 5}, "c1")))
    agent = create_agent(
        scripted,
        [tools["pay"]],
        middleware=[ContractMiddleware(guard(asks))],
        checkpointer=InMemorySaver(),
    )
    thread = {"configurable": {"thread_id": "1"}}
    paused = agent.invoke({"messages": [("user", "pay")]}, thread)
    [waits] = paused["__interrupt__"]
    assert waits.value["tool"] == "pay" and "a person agrees" in waits.value["reason"]
    assert did(tmp_path, "pay") == []
    agent.invoke(Command(resume=approves), thread)
    assert did(tmp_path, "pay") == (["a 5"] if approves else [])


def test_a_result_is_told_and_a_failure_is_none(tools, tmp_path):
    retry = contract("pay after it failed").guarantees("tool `fails` must precede `pay`")
    asked = guard(retry)

    @tool
    def fails(id: str) -> str:
        "Fails."
        raise ValueError("the bank is closed")

    scripted = model(
        turn(("fails", {"id": "a"}, "c1")),
    )
    agent = create_agent(scripted, [fails, tools["pay"]], middleware=[ContractMiddleware(asked)])
    with pytest.raises(ValueError, match="the bank is closed"):
        agent.invoke({"messages": [("user", "pay")]})
    assert not asked.guard_before("pay", {"id": "a", "amount": 5}).allowed


def test_the_calls_of_one_turn_are_concurrent(tools, tmp_path):
    _, answers = run(
        tools,
        guard(FIRST),
        turn(("verify", {"id": "a"}, "c1"), ("pay", {"id": "a", "amount": 5}, "c2")),
    )
    assert did(tmp_path, "pay") == [], "none of them meets what another one needs"
    assert sorted(answer.status for answer in answers) == ["error", "success"]


def test_of_the_calls_of_one_turn_as_many_run_as_may(tools, tmp_path):
    calls = [("pay", {"id": str(n), "amount": 5}, f"c{n}") for n in range(4)]
    run(tools, guard(ONCE), turn(*calls))
    assert len(did(tmp_path, "pay")) == 1


def test_the_model_is_offered_only_what_may_be_called_next(tools, tmp_path):
    scripted, _ = run(tools, guard(FIRST), turn(("verify", {"id": "a"}, "c1")))
    assert scripted.offered == [["verify"], ["pay", "verify"]]


def test_awaited_calls_and_streams_are_asked_about(tools, tmp_path):
    async def streamed():
        scripted = model(turn(("pay", {"id": "a", "amount": 5}, "c1")))
        middleware = ContractMiddleware(guard(FIRST))
        agent = create_agent(scripted, [tools["verify"], tools["pay"]], middleware=[middleware])
        seen = []
        async for chunk in agent.astream({"messages": [("user", "pay")]}, stream_mode="updates"):
            seen.extend(m for m in chunk.get("tools", {}).get("messages", []))
        return seen

    [answer] = asyncio.run(streamed())
    assert did(tmp_path, "pay") == [] and "verify first" in answer.content


def test_a_node_of_a_graph_asks_as_the_middleware_does(tools, tmp_path):
    def node(asked):
        graph = StateGraph(MessagesState)
        graph.add_node("tools", ToolNode([tools["verify"], tools["pay"]], **tool_node(asked)))
        graph.add_edge(START, "tools")
        return graph.compile()

    call = turn(("pay", {"id": "a", "amount": 5}, "c1"))
    result = node(guard(FIRST)).invoke({"messages": [call]})
    assert did(tmp_path, "pay") == [] and result["messages"][-1].status == "error"
    result = asyncio.run(node(guard(ONCE)).ainvoke({"messages": [call]}))
    assert did(tmp_path, "pay") == ["a 5"] and result["messages"][-1].status == "success"


def test_the_guide_does_what_it_says():
    guide = pathlib.Path(__file__).parents[4] / "docs/guides/frameworks/langchain.md"
    [block] = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(block, str(guide), "exec"), {"__name__": "guide"})


def test_the_framework_is_the_version_that_the_guide_was_tried_with():
    assert importlib.metadata.version("langchain") == "1.4.7"
