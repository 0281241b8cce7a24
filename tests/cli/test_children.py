"""Who is killed takes his children along."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.support.servers import wait_until_gone

PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "gisreg.cli.child", str(os.getpid()), *sys.argv[1:]])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, "http.server", "0", "--bind", "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert os.path.exists(f"/proc/{child}")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until_gone(child)


def test_a_child_whose_parent_has_gone_does_not_begin() -> None:
    done = subprocess.run([sys.executable, "-m", "gisreg.cli.child", "1", "http.server"], check=False)
    assert done.returncode == 1
