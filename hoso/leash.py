"""Runs a command that the kernel kills when its parent dies: `python leash.py PARENT-PID COMMAND…` (Linux).

A program of its own rather than a `preexec_fn`, which is unsafe in a process that has threads. The parent is the
*thread* that started the child: whoever starts children keeps that thread.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ties this process to its parent, then becomes the command."""
    parent = int(sys.argv[1])
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
