"""`python -m gisreg.cli.child PARENT MODULE ...`: run a module that ends when its parent does.

The kernel sends SIGTERM when the parent dies, however it dies (prctl PR_SET_PDEATHSIG, kept across exec).
Only Linux has this; elsewhere a parent that is killed leaves its children, as ever.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Bind this process to its parent and become the module. Ends at once where the parent has gone."""
    parent, *words = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):  # it died before we asked
            sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", *words])  # noqa: S606 - our own interpreter, no shell


if __name__ == "__main__":
    main()
