"""A plugin for pytest: guards for tests, assertions about decisions, and snapshots of what was decided.

    def test_a_refund_needs_a_check(sponsio_guard):
        guard = sponsio_guard("tool `check_policy` must precede `issue_refund`")
        assert_blocked(guard.guard_before("issue_refund"), repair=["check_policy"])

The plugin is found by itself where the package is installed. A snapshot is written only by `pytest --sponsio-update`: one
that is missing fails, because a test that accepts whatever happens shows nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from . import Clock, Sponsio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from . import CheckResult

#: What differs between two runs of one test, or says only which program it was.
VOLATILE = ("ts", "latency_us", "session", "program", "hash")


def assert_decision(result: CheckResult, decision: str, by: Iterable[str] | None = None) -> None:
    """The decision is this one, and these contracts object."""
    assert result.decision == decision, f"decided to {result.decision}, not to {decision}: {result.reason}"
    if by is not None:
        assert sorted(o.contract for o in result.objections) == sorted(by), result.reason


def assert_allowed(result: CheckResult) -> None:
    """The call may run."""
    assert result.allowed, f"decided to {result.decision}: {result.reason}"


def assert_blocked(
    result: CheckResult, by: Iterable[str] | None = None, repair: Iterable[str] | None = None
) -> None:
    """The call must not run; these contracts object, and after these calls it would be allowed."""
    assert_decision(result, "block", by)
    if repair is not None:
        assert result.repair == list(repair), result.reason


def steps(results: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """What was decided, without what differs from run to run."""
    return [_stable(json.loads(result.line)) for result in results]


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _stable(inner) for key, inner in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [_stable(inner) for inner in value]
    return value


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sponsio-update", action="store_true", help="write the snapshots of what Sponsio decides")


@pytest.fixture
def sponsio_guard() -> Iterator[Callable[..., Sponsio]]:
    """Makes guards: contracts, then any option of `Sponsio`. They enforce, and their time stands still.

    `results` of a guard are its answers so far; `clock` moves its time.
    """
    made: list[Sponsio] = []

    def make(*contracts: Any, **options: Any) -> Sponsio:
        results: list[CheckResult] = []
        clock = options.pop("clock", None) or Clock(0)
        told = options.pop("on_decision", None)

        def kept(result: CheckResult) -> None:
            results.append(result)
            if told is not None:
                told(result)

        options.setdefault("mode", "enforce")
        if contracts:
            options["contracts"] = list(contracts)
        guard = Sponsio(clock=clock, on_decision=kept, **options)
        guard.results, guard.clock = results, clock  # type: ignore[attr-defined]
        made.append(guard)
        return guard

    yield make
    for guard in made:
        guard.finish_session()


@pytest.fixture
def sponsio_snapshot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Compares answers with those of an earlier run, which stand beside the test in `__snapshots__`."""

    def compare(results: Iterable[CheckResult], name: str | None = None) -> None:
        folder = Path(request.node.path).parent / "__snapshots__"
        path = folder / f"{Path(request.node.path).stem}.{name or request.node.name}.jsonl"
        text = "".join(json.dumps(step, ensure_ascii=False) + "\n" for step in steps(results))
        if request.config.getoption("--sponsio-update"):
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        if not path.exists():
            pytest.fail(f"there is no snapshot `{path.name}`; look at the answers and run with `--sponsio-update`")
        assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()

    return compare
