"""The same contracts and the same trace, here and in the Python package: how many times longer a call takes there.

Only the package's public interface is used. It is installed into an environment of its own below `target/`; where
that is not possible, this says so and ends without an error. Needs a Rust toolchain and Python 3.10 or later.
"""

import contextlib
import io
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENT = ROOT / "target" / "peers"
CONTRACTS = HERE / "contracts.txt"
TRACE = ["search", "check_policy", "issue_refund", "verify_vendor", "wire", "approve", "search", "list_channels"]
LENGTHS = [10, 100, 300, 1000]
# Calls that are timed at each length, one by one.
TIMED = 25


def prepare():
    """The environment's Python, or none and the reason."""
    python = ENVIRONMENT / "bin" / "python"
    commands = [
        [sys.executable, "-m", "venv", str(ENVIRONMENT)],
        [str(python), "-m", "pip", "install", "--quiet", "--pre", "sponsio"],
        [str(python), "-c", "import sponsio"],
    ]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()
            return None, lines[-1] if lines else f"{command[0]} failed"
    return python, ""


def peer():
    """Runs inside the environment: prints a length and nanoseconds for each length."""
    from sponsio import Sponsio

    sentences = CONTRACTS.read_text(encoding="utf-8").split("\n")
    sentences = [sentence for sentence in sentences if sentence]
    for length in LENGTHS:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            guard = Sponsio(agent_id="bench", contracts=sentences, mode="enforce", verbose=False,
                            auto_summary=False, init_banner=False, session_log_dir=str(ENVIRONMENT / "logs"))
            for place in range(length):
                guard.guard_before(TRACE[place % len(TRACE)], {})
            times = []
            # The session grows by the calls that are timed; few of them, so that the length is about right.
            for place in range(length, length + TIMED):
                start = time.perf_counter_ns()
                guard.guard_before(TRACE[place % len(TRACE)], {})
                times.append(time.perf_counter_ns() - start)
        print(length, int(statistics.median(times)), flush=True)


def figures(command):
    """The lines of a side as a table from length to nanoseconds."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    return {int(length): int(time) for length, time in (line.split() for line in done.stdout.splitlines())}


def main():
    python, reason = prepare()
    if python is None:
        print(f"skipped: the Python package cannot be installed here ({reason})")
        return
    here = figures(["cargo", "run", "--quiet", "--release", "-p", "sponsio-bench", "--bin", "peer", "--",
                    str(CONTRACTS), ",".join(TRACE), *map(str, LENGTHS)])
    there = figures([python, __file__, "--peer"])
    version = subprocess.run([python, "-m", "pip", "show", "sponsio"], capture_output=True, text=True, check=False)
    version = next((line for line in version.stdout.splitlines() if line.startswith("Version")), "Version unknown")
    print(f"median time of one guarded call; the Python package: {version.lower()}")
    print(f"{'events before':>13} {'here, ns':>10} {'Python, ns':>12} {'times':>9}")
    for length in LENGTHS:
        ratio = there[length] / max(here[length], 1)
        print(f"{length:>13} {here[length]:>10} {there[length]:>12} {ratio:>9.0f}")


if __name__ == "__main__":
    peer() if "--peer" in sys.argv[1:] else main()
