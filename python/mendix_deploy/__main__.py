"""The command line: `python -m mendix_deploy`, and the console script `mendix-deploy`."""

import signal
import sys

from mendix_deploy import _native


def main() -> int:
    """Run the command line with the arguments of the process, and give its exit code."""
    # The command line listens itself; Python's own handler would raise KeyboardInterrupt after it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.run_command_line(["mendix-deploy", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
