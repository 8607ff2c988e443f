"""Answers the conformance program: a case on each line, what the package makes of it on the next.

`elsewhere` of the conformance crate starts this and compares; alone it does nothing.
"""

import decimal
import json
import os
import sys
import warnings

from sponsio import Clock, ContractError, Sponsio


def answer(case):
    clock = Clock()
    os.environ.update(case["variables"])
    try:
        session = Sponsio(
            case["agent"],
            config=os.path.join(case["folder"], "sponsio.yaml"),
            session_id=case["session"],
            clock=clock,
        )
    except ContractError as error:
        return {"refused": str(error)}
    finally:
        for name in case["variables"]:
            del os.environ[name]
    results = []
    for event in case["events"]:
        clock.set_micros(event.pop("micros"))
        call = event.pop("call")
        if call == "finish_session":
            break
        if call is not None:
            results.append(getattr(session, call)(**event))
    return {
        "lines": [result.line for result in results],
        "seen": [seen(result) for result in results],
        "owed": session.finish_session(),
    }


def seen(result):
    return {
        "decision": result.decision,
        "by": [objection.contract for objection in result.objections],
        "reason": result.reason,
        "repair": result.repair,
        "failure": result.failure,
    }


def main():
    sys.setrecursionlimit(10_000)
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        try:
            said = answer(json.loads(line, parse_float=decimal.Decimal))
        except Exception as error:
            said = {"error": repr(error)}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
