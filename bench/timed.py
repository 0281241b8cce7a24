"""Run a command in a small process of its own: seconds, and the most memory that it or a child of it had.

    python bench/timed.py COMMAND [ARGUMENT ...]

A child begins with the memory of whoever starts it, as the system counts; so that must be somebody small.
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    told = process.stdout.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    found = {
        "seconds": time.perf_counter() - start,
        "peak_mb": usage.ru_maxrss / 1024,
        "code": process.returncode,
        "told": told[-2000:],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
