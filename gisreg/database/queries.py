"""Named queries: every capability keeps its SQL in a `queries.sql` beside its code."""

from __future__ import annotations

from pathlib import Path

import aiosql
from aiosql.queries import Queries


def load_queries(module_file: str, name: str = "queries.sql") -> Queries:
    """Return the named queries of the `.sql` file beside a module (pass `__file__`)."""
    return aiosql.from_path(Path(module_file).with_name(name), "psycopg2")
