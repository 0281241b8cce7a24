"""The worker of jobs, run in a test until nothing waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gisreg.jobs.registry import TASKS
from gisreg.jobs.work import Task
from gisreg.jobs.worker import application, work


def in_a_thread(work_to_do: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine where no other loop runs: browser tests of the same process keep one running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work_to_do).result()


def run_jobs(tasks: Sequence[Task] = TASKS) -> None:
    """Run deferred jobs of these tasks until none is left that may begin now."""
    in_a_thread(work(application(tasks, ()), wait=False))
