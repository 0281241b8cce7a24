"""The bar that shows how far a long command has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """Show a bar on the terminal's error stream; give what moves it: a step's name, the share done."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def say(name: str, share: float) -> None:
            bar.update(task, description=name, completed=share)

        yield say
