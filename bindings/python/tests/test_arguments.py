"""Python objects as arguments: read exactly, or the call is refused."""

import dataclasses
import datetime
import decimal
import enum
import json
import pathlib
import uuid

import pytest

from sponsio import Sponsio, contract, ltl


@pytest.fixture
def kept():
    """What a session keeps of arguments."""
    session = Sponsio(contracts=["never call `rm`"], mode="enforce", keep_args=True)
    return lambda args: json.loads(session.guard_before("t", args).line, parse_float=decimal.Decimal)["args"]


@pytest.fixture
def failure():
    session = Sponsio(contracts=["never call `rm`"], mode="enforce")

    def ask(args):
        result = session.guard_before("t", args)
        return result.decision, result.failure

    return ask


def test_plain_data_is_read_as_it_is(kept):
    args = {"b": True, "n": None, "i": -3, "f": 2.5, "g": -1e-7, "t": "ä", "l": [1, [2, {}]], "u": (1, 2), "o": {"x": {"y": "z"}}}
    assert kept(args) == json.loads(json.dumps(args), parse_float=decimal.Decimal)


def test_no_arguments_are_an_empty_object(kept):
    assert kept({}) == {}
    assert kept(None) == {}


def test_whole_numbers_keep_every_digit(kept):
    number = 12345678901234567890123456789012345
    assert kept({"n": number}) == {"n": number}


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    y: list


@pytest.mark.parametrize(
    "value, expect",
    [
        (Colour.RED, "red"),
        (Point(1, [Point(2, [])]), {"x": 1, "y": [{"x": 2, "y": []}]}),
        (pathlib.Path("/tmp/a"), "/tmp/a"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (decimal.Decimal("10.50"), 10.5),
        (decimal.Decimal("1e30"), 10**30),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"abc", "abc"),
        ({"b", "a"}, ["a", "b"]),
        (range(3), [0, 1, 2]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_with_one_plain_form_have_it(kept, value, expect):
    assert kept({"v": value}) == {"v": expect}


@pytest.mark.parametrize(
    "args",
    [
        {"v": object()},
        {"v": float("nan")},
        {"v": float("inf")},
        {"v": decimal.Decimal("inf")},
        {1: "a"},
        {"v": "\ud800"},
        {"v": b"\xff"},
        ["not", "an", "object"],
        "text",
    ],
    ids=repr,
)
def test_what_cannot_be_read_is_refused(failure, args):
    assert failure(args) == ("block", "payload_malformed")


def test_what_is_too_large_is_refused(failure):
    deep = []
    for _ in range(100):
        deep = [deep]
    circle = {}
    circle["self"] = circle
    for args in ({"v": deep}, circle, {"v": [0] * 200_000}, {"v": "x" * 5_000_000}, {"v": 10**5000}):
        assert failure(args) == ("block", "event_too_large")


def test_observing_lets_a_call_run_whose_arguments_cannot_be_read():
    session = Sponsio(contracts=["never call `rm`"], mode="observe")
    result = session.guard_before("t", {"v": object()})
    assert (result.allowed, result.failure) == (True, "payload_malformed")


def test_arguments_that_are_json_text_are_read_by_the_guard():
    session = Sponsio(contracts=[contract("c").guarantees(ltl("G(called(pay) -> arg(pay, amount) <= 10)"))], mode="enforce")
    assert session.guard_before_json("pay", '{"amount": 10}').allowed
    assert session.guard_before_json("pay", '{"amount": 11}').blocked
    assert session.guard_before_json("pay", '{"amount": 1, "amount": 11}').failure == "payload_malformed"


def test_a_dictionary_that_changes_while_it_is_read_is_read_once(kept):
    args = {"a": None, "z": 1}

    class Meddler:
        def model_dump(self, mode):
            args.clear()
            return "x"

    args["a"] = Meddler()
    assert kept(args) == {"a": "x", "z": 1}


def test_an_output_that_has_no_plain_form_is_its_text():
    session = Sponsio(contracts=[contract("c").guarantees("never call `rm`")], mode="enforce")
    assert session.guard_after("t", object(), outcome="ok").decision == "allow"


def test_an_outcome_that_is_none_is_refused():
    session = Sponsio(contracts=["never call `rm`"])
    with pytest.raises(ValueError, match="none of `ok`"):
        session.guard_after("t", outcome="fine")
