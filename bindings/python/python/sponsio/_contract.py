"""Contracts written in Python.

A contract becomes an entry of a configuration, as it would stand in `sponsio.yaml`, and is read by the same reader. So
nothing here knows what a contract means, and whatever a file may say can be said here.
"""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Union

    #: What an assumption or a guarantee may be: a sentence, a pattern, a formula, or an entry as in a file.
    ClauseLike = Union[str, "Clause", Mapping[str, Any]]


class Clause:
    """A pattern with arguments, or a formula. `sponsio.patterns` and `ltl` make them."""

    __slots__ = ("entry",)

    def __init__(self, entry: Mapping[str, Any]):
        self.entry = entry

    def __repr__(self) -> str:
        return f"Clause({self.entry!r})"

    def tree(self) -> dict[str, Any]:
        return dict(self.entry)


def ltl(formula: str, desc: str | None = None) -> Clause:
    """A formula."""
    return Clause({"ltl": formula} | ({"desc": desc} if desc else {}))


def pattern(name: str, arguments: Mapping[str, Any], desc: str | None = None) -> Clause:
    """A pattern with arguments by the names of its parameters; those that are `None` are left out."""
    given = {key: _tree(value) for key, value in arguments.items() if value is not None}
    return Clause({"pattern": name, "args": given} | ({"desc": desc} if desc else {}))


def redirect_to(tool: str, message: str = "") -> dict[str, Any]:
    """The strategy that a call is replaced by one of another tool."""
    safe = {"tool": tool} | ({"message": message} if message else {})
    return {"redirect_to_safe": safe}


class Contract:
    """What an agent promises: under an assumption, a guarantee, and what happens where it does not keep it.

    Every method returns the contract, so that they can be chained; clauses that are added must all hold.
    """

    __slots__ = ("desc", "entry")

    def __init__(self, desc: str = ""):
        self.desc = desc
        self.entry: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Contract({self.tree()!r})"

    def assume(self, *clauses: ClauseLike) -> Contract:
        """Requires the guarantees only where these hold."""
        self.entry.setdefault("A", []).extend(_tree(clause) for clause in clauses)
        return self

    def guarantees(self, *clauses: ClauseLike) -> Contract:
        """Requires these."""
        self.entry.setdefault("G", []).extend(_tree(clause) for clause in clauses)
        return self

    def strategy(self, strategy: str | Mapping[str, Any]) -> Contract:
        """What a violation does: `block`, `escalate`, `warn_only`, or `redirect_to(…)`."""
        return self._set("strategy", _tree(strategy))

    def mode(self, mode: str) -> Contract:
        """Whether a violation acts: `enforce` or `observe`."""
        return self._set("mode", mode)

    def enforce(self) -> Contract:
        """Lets violations act, whatever the mode of the other contracts."""
        return self.mode("enforce")

    def observe(self) -> Contract:
        """Records violations, whatever the mode of the other contracts."""
        return self.mode("observe")

    def advice(self, text: str) -> Contract:
        """What the agent can do instead; the reason of a refusal ends with it."""
        return self._set("advice", text)

    def source(self, text: str) -> Contract:
        """Where the requirement comes from."""
        return self._set("source", text)

    def name(self, text: str) -> Contract:
        """What records and reasons call it; otherwise its description."""
        return self._set("name", text)

    def for_each(self, *keys: str | Mapping[str, Any]) -> Contract:
        """Judges it apart for each value of `args.PATH`, `ctx.KEY` or `agent`."""
        return self._set("for_each", _tree(keys[0]) if len(keys) == 1 else [_tree(key) for key in keys])

    def scope(self, scope: str) -> Contract:
        """Whose events it is judged on: `session`, `tree`, `user`, `agent` or `global`."""
        return self._set("scope", scope)

    def activate_at(self, word: str = "first_match") -> Contract:
        """Begins to require the guarantees at the event at which the assumptions first hold."""
        return self._set("activate_at", word)

    def thresholds(self, alpha: float = 1, beta: float = 1) -> Contract:
        """Contracts are exact: nothing but 1 has a meaning, and the reader says so."""
        return self._set("alpha", alpha)._set("beta", beta)

    def _set(self, key: str, value: Any) -> Contract:
        self.entry[key] = value
        return self

    def tree(self) -> dict[str, Any]:
        return ({"desc": self.desc} if self.desc else {}) | self.entry


def contract(desc: str = "") -> Contract:
    """A contract that is built further: `contract("…").assume(…).guarantees(…).strategy(…)`."""
    return Contract(desc)


def document(
    contracts: Iterable[Any],
    tool_policy: Mapping[str, Any] | None,
    include: Iterable[str] | None,
    sets: Mapping[str, Any] | None,
    permissions: Iterable[str] | None,
    agent: str,
) -> dict[str, Any]:
    """The configuration that a file would hold."""
    if isinstance(contracts, (str, bytes, Mapping)):
        raise TypeError("`contracts` is a list; put the one contract between brackets")
    own: dict[str, Any] = {"contracts": [entry(one) for one in contracts]}
    if include is not None:
        own["include"] = [include] if isinstance(include, str) else list(include)
    if permissions is not None:
        own["permissions"] = list(permissions)
    tree: dict[str, Any] = {"agents": {agent: own}}
    if tool_policy is not None:
        tree["tool_policy"] = _tree(tool_policy)
    if sets is not None:
        tree["sets"] = _tree(sets)
    return tree


def entry(contract: Any) -> Any:
    """One entry of a list of contracts."""
    if isinstance(contract, Clause):
        return {"G": contract.tree()}
    if isinstance(contract, (str, Contract)) or isinstance(contract, Mapping):
        return _tree(contract)
    kind = type(contract).__qualname__
    raise TypeError(f"`{kind}` is no contract; write a sentence, a pattern, `contract(…)` or a dictionary")


def _tree(value: Any) -> Any:
    if isinstance(value, (Clause, Contract)):
        return value.tree()
    if isinstance(value, Mapping):
        return {key: _tree(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_tree(inner) for inner in value]
    return value
