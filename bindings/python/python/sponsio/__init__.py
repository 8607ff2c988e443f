"""Sponsio decides, before an AI agent's tool call runs, whether it may.

    from sponsio import Sponsio, contract

    guard = Sponsio(
        agent_id="support",
        contracts=[contract("verify first").guarantees("tool `verify` must precede `refund`")],
        mode="enforce",
    )
    result = guard.guard_before("refund", {"amount": 20})
    result.allowed   # False: the call must not run
    result.reason    # what the agent is told

What decides is compiled; this package adds what is better written in Python. Adapters of frameworks are in
`sponsio.integrations`, a plugin for pytest in `sponsio.testing`.
"""

from ._call import ToolCallBlocked, arun, run
from ._contract import Clause, Contract, contract, ltl, redirect_to
from ._native import (
    CheckResult,
    Clock,
    ContractError,
    Guard,
    Objection,
    SessionError,
    SponsioError,
)
from ._session import Session, Sponsio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import patterns


def __getattr__(name: str) -> object:
    # The factories are read when they are first asked for: a program with a file of contracts has no use for them.
    if name == "patterns":
        import importlib

        return importlib.import_module("sponsio.patterns")
    raise AttributeError(f"module `sponsio` has no `{name}`")


__all__ = [
    "CheckResult",
    "Clause",
    "Clock",
    "Contract",
    "ContractError",
    "Guard",
    "Objection",
    "Session",
    "SessionError",
    "Sponsio",
    "SponsioError",
    "ToolCallBlocked",
    "arun",
    "contract",
    "ltl",
    "patterns",
    "redirect_to",
    "run",
]
