"""Tables on the terminal. Registry text is shown as it is: brackets in a name are no markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text


def show(titles: Sequence[str], rows: Iterable[Sequence[object]], *, right_from: int | None = None) -> None:
    """Print a table; cells are turned into text, None into a dash.

    Args:
        titles: the head of each column.
        rows: cells by row.
        right_from: number of the first column that is aligned to the right (figures); None for none.
    """
    table = Table()
    for number, title in enumerate(titles):
        is_figure = right_from is not None and number >= right_from
        table.add_column(title, justify="right" if is_figure else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("-" if cell is None or cell == "" else str(cell)) for cell in row))
    Console().print(table)
