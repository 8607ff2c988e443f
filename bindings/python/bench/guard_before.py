"""How long `guard_before` takes, alone and from two threads.

With the optimised wheel in an environment (`maturin build --release`, `pip install`):

    python bindings/python/bench/guard_before.py

To compare with another package that offers the same calls under the same names, give the interpreter of an environment
that holds it; it is run as it is, in its own process, in the same run:

    python bindings/python/bench/guard_before.py --against /path/to/other/bin/python
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import threading
import time

#: Nineteen contracts, orders and limits, about the call that is measured and about others beside it.
MIXED = [
    "tool `verify` must precede `refund`",
    "tool `login` must precede `search`",
    "tool `search` at most 1000000 times",
    "tool `refund` at most 3 times",
    "tool `delete` at most 1 times",
    "tool `backup` must precede `delete`",
    "tool `plan` must precede `apply`",
    "tool `rm` at most 1 times",
    "tool `drop_table` at most 1 times",
    "tool `approve` must precede `publish`",
    "tool `confirm` must precede `send`",
    "tool `mail` at most 10 times",
    "tool `read_policy` must precede `mail`",
    "tool `format_disk` at most 1 times",
    "tool `transfer` at most 5 times",
    "tool `check_limit` must precede `transfer`",
    "tool `archive` at most 100 times",
    "tool `shutdown` at most 1 times",
    "tool `lock` must precede `write`",
]
ONE = MIXED[2:3]
ARGS = {"query": "weather in Vienna", "limit": 5}
CALLS = 20_000


def session(contracts):
    from sponsio import Sponsio

    options = {"contracts": contracts, "mode": "enforce"}
    try:
        guard = Sponsio(**options)
    except TypeError:
        guard = Sponsio(**options, verbose=False)
    for tool in ("login", "search"):
        guard.guard_before(tool, ARGS)
    return guard


def median(contracts, calls):
    """The median of the calls, in microseconds."""
    guard = session(contracts)
    ask, now = guard.guard_before, time.perf_counter_ns
    times = []
    for _ in range(calls):
        start = now()
        ask("search", ARGS)
        times.append(now() - start)
    return statistics.median(times) / 1000


def rate(threads, calls):
    """Calls in a second from so many threads, each with a session of its own."""
    guards = [session(MIXED) for _ in range(threads)]
    gate = threading.Barrier(threads + 1)

    def ask(guard):
        gate.wait()
        for _ in range(calls):
            guard.guard_before("search", ARGS)

    all_threads = [threading.Thread(target=ask, args=(guard,)) for guard in guards]
    for thread in all_threads:
        thread.start()
    gate.wait()
    start = time.perf_counter()
    for thread in all_threads:
        thread.join()
    return threads * calls / (time.perf_counter() - start)


def measured(calls, with_threads):
    found = {"one": median(ONE, calls), "mixed": median(MIXED, calls)}
    if with_threads:
        found["threads"] = statistics.median(rate(2, calls) / rate(1, calls) for _ in range(3))
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--against", metavar="PYTHON")
    arguments.add_argument("--calls", type=int, default=CALLS)
    arguments.add_argument("--json", action="store_true", help="only the numbers, without threads")
    given = arguments.parse_args()
    ours = measured(given.calls, not given.json)
    if given.json:
        print(json.dumps(ours))
        return
    print(f"guard_before, 1 contract:         {ours['one']:8.2f} µs p50")
    print(f"guard_before, 19 mixed contracts: {ours['mixed']:8.2f} µs p50")
    print(f"two threads:                      {ours['threads']:8.2f} times one")
    if given.against:
        # The trace of the other may grow with every call, so it is asked fewer times.
        command = [given.against, __file__, "--json", "--calls", "200"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        theirs = json.loads(said.splitlines()[-1])
        for name in ("one", "mixed"):
            print(f"the other, {name}: {theirs[name]:.2f} µs p50, {theirs[name] / ours[name]:.0f} times ours")


if __name__ == "__main__":
    sys.exit(main())
