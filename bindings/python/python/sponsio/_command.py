"""The program `sponsio`: the compiled command line, in this process."""

import signal
import sys

from ._native import run_command


def main() -> int:
    # Without this an interrupt would only be noted, and the command would go on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run_command(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
