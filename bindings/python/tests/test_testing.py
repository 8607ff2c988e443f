"""The plugin for pytest, run by pytest."""

import pytest

pytest_plugins = ["pytester"]

TEST = """
from sponsio import patterns
from sponsio.testing import assert_allowed, assert_blocked

def test_order(sponsio_guard, sponsio_snapshot):
    guard = sponsio_guard("tool `check` must precede `pay`", patterns.rate_limit("check", 1))
    assert_blocked(guard.guard_before("pay", {"amount": 3}), repair=["check"])
    assert_allowed(guard.guard_before("check"))
    assert_allowed(guard.guard_before("pay", {"amount": AMOUNT}))
    sponsio_snapshot(guard.results)
"""


@pytest.fixture
def run(pytester):
    def run(*options, amount=3):
        pytester.makepyfile(test_order=TEST.replace("AMOUNT", str(amount)))
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)

    return run


def test_a_snapshot_that_is_missing_fails(run):
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*there is no snapshot*--sponsio-update*"])


def test_a_snapshot_is_written_when_it_is_asked_for_and_holds(run):
    run("--sponsio-update").assert_outcomes(passed=1)
    run().assert_outcomes(passed=1)


def test_other_decisions_are_another_snapshot(run):
    run("--sponsio-update").assert_outcomes(passed=1)
    run(amount=4).assert_outcomes(failed=1)


def test_an_assertion_says_what_was_decided_instead_and_why(pytester):
    pytester.makepyfile(
        """
        from sponsio.testing import assert_allowed

        def test_it(sponsio_guard):
            assert_allowed(sponsio_guard("never call `rm`").guard_before("rm"))
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*decided to block: `rm` is refused by the contract*"])
