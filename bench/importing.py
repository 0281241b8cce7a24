"""Import and export of a million poles against ogr2ogr, which loads the same file and checks nothing.

Both are run as a person would, process start included, in turn on one cluster, in several rounds; compared
are medians of one run. What follows an import by itself is measured apart.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

from psycopg2 import sql

from bench.pole_file import OWNER, write_poles
from gisreg.database.address import Role, url
from gisreg.database.connection import Actor, dispose_engines, transaction

HERE = Path(__file__).parent
GISREG = Path(sys.executable).with_name("gisreg")
OTHER = "BENCH-OTHER"
SCHEMA, TABLE = "bench", "poles"
TITLE = "## Nhập và xuất / Import and export"

NEW, AGAIN, LOAD = "new", "again", "load"
NEW_OWN, AGAIN_OWN, LOAD_OWN = "new_own", "again_own", "load_own"
OUT, OUT_OGR = "out", "out_ogr"


@dataclass
class Figures:
    """What was measured: rows of the largest file, seconds of each round by step, peak megabytes by step.

    `by_size`: rows -> seconds of each round of importing so many; `load`: how many processes wanted a core
    before and after (the machine's load average over a minute).
    """

    rows: int
    rounds: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    peak_mb: dict[str, float] = field(default_factory=dict)
    by_size: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    load: tuple[float, float] = (0.0, 0.0)

    def median(self, step: str) -> float:
        """Return a step's median seconds."""
        return median(self.seconds[step])

    def ratio(self, step: str, to: str) -> float:
        """Return the median of a step in terms of another's."""
        return self.median(step) / self.median(to)

    @property
    def exponents(self) -> list[float]:
        """Return the exponents with which seconds grow, from each size to the next and over all."""
        sizes = sorted(self.by_size)
        pairs = [*pairwise(sizes), (sizes[0], sizes[-1])]
        return [
            math.log(median(self.by_size[b]) / median(self.by_size[a])) / math.log(b / a) for a, b in pairs
        ]


def measure(rows: int = 1_000_000, rounds: int = 3) -> Figures:
    """Generate the files, run everything in turn, and return the figures.

    Args:
        rows: poles of the file; a hundredth, a tenth, and twice as many are imported, too.
        rounds: how often each step that is compared is run.
    """
    found = Figures(rows, rounds)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="gisreg-bench-") as name, _carriers():
        folder = Path(name)
        files = {count: folder / f"cot-{count}.gpkg" for count in (rows // 100, rows // 10, rows, 2 * rows)}
        for count, path in files.items():
            write_poles(path, count)
        own = folder / "cot-rieng.gpkg"
        write_poles(own, rows, with_own=True)
        for _ in range(rounds):
            _round(found, files, own, folder)
        _once(found, files)
    found.load = (before, os.getloadavg()[0])
    return found


def _round(found: Figures, files: dict[int, Path], own: Path, folder: Path) -> None:
    whole = files[found.rows]
    _load(found, LOAD, whole)
    for count in sorted(files)[:3]:
        _empty()
        seconds = _import(found, NEW if count == found.rows else f"new {count}", files[count])
        found.by_size[count].append(seconds)
    _import(found, AGAIN, whole)
    _export(found, folder)
    _load(found, LOAD_OWN, own)
    _empty()
    _import(found, NEW_OWN, own)
    _import(found, AGAIN_OWN, own)


def _once(found: Figures, files: dict[int, Path]) -> None:
    """Measure what is not compared with anything: twice the rows, beside others' poles, and what follows."""
    _empty()
    _import(found, "twice", files[2 * found.rows])
    _empty()
    _import(found, "first", files[found.rows], owner=OTHER)
    _analyze()
    _import(found, "beside", files[found.rows])
    _empty()
    _import(found, "before", files[found.rows])
    for step, command in (("tie", ["network", "build"]), ("flag", ["flag", "run"])):
        _timed(found, step, [str(GISREG), *command])


def _import(found: Figures, step: str, path: Path, owner: str = OWNER) -> float:
    command = [str(GISREG), "import", "pole", str(path), "--owner", owner, "--no-follow"]
    return _timed(found, step, command)


def _load(found: Figures, step: str, path: Path) -> None:
    _drop_bare_table()
    _timed(
        found,
        step,
        [
            *("ogr2ogr", "--config", "PG_USE_COPY", "YES", "-f", "PostgreSQL", f"PG:{url(Role.OWNER)}"),
            *(str(path), "-nln", f"{SCHEMA}.{TABLE}"),
            *("-lco", "GEOMETRY_NAME=geom", "-lco", "SPATIAL_INDEX=GIST"),
        ],
    )


def _export(found: Figures, folder: Path) -> None:
    """Export the layer, then let ogr2ogr export the same columns out of the same tables."""
    ours, theirs = folder / "ours.gpkg", folder / "theirs.gpkg"
    _timed(found, OUT, [str(GISREG), "export", "pole", str(ours), "--force"])
    theirs.unlink(missing_ok=True)
    columns = (HERE / "exported_poles.sql").read_text(encoding="utf-8")
    _timed(
        found,
        OUT_OGR,
        [
            *(
                "ogr2ogr",
                "-f",
                "GPKG",
                str(theirs),
                f"PG:{url(Role.WORKER)}",
                "-sql",
                columns,
                "-nln",
                "pole",
            ),
            *("-lco", "GEOMETRY_NAME=geom", "-lco", "SPATIAL_INDEX=YES"),
        ],
    )


def _timed(found: Figures, step: str, command: list[str]) -> float:
    """Run a command to its end; note its seconds, and the most memory that it or a child of it had."""
    helper = [sys.executable, "-I", str(HERE / "timed.py")]
    answer = subprocess.run([*helper, *command], check=True, capture_output=True, text=True)
    told = json.loads(answer.stdout)
    if told["code"]:
        raise RuntimeError(f"{command[0]}, {step}: {told['told']}")
    found.seconds[step].append(told["seconds"])
    found.peak_mb[step] = max(found.peak_mb.get(step, 0.0), told["peak_mb"])
    print(f"  {step}: {told['seconds']:.1f} s, {told['peak_mb']:.0f} MB", flush=True)
    return float(told["seconds"])


@contextmanager
def _carriers() -> Iterator[None]:
    """Have two organisations, wards, and a schema for bare tables inside the block."""
    with transaction(Role.OWNER, Actor("bench")) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        cursor.execute((HERE / "wards.sql").read_text(encoding="utf-8"))
        cursor.executemany(
            "INSERT INTO registry.organisation (code, name, kind, source)"
            " VALUES (%s, %s, 'carrier', 'generated')",
            [(code, f"{code} (sinh tự động)") for code in (OWNER, OTHER)],
        )
    try:
        yield
    finally:
        _empty()
        _drop_bare_table()
        with transaction(Role.OWNER, Actor("bench")) as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCHEMA}")
        dispose_engines()


def _drop_bare_table() -> None:
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(SCHEMA, TABLE)))


def _empty() -> None:
    """Let there be no pole, and none have been."""
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = warning")
        cursor.execute(
            "TRUNCATE registry.pole, registry.finding, history.pole, history.pole_private,"
            " registry.import_batch CASCADE"
        )
    _analyze()


def _analyze() -> None:
    """Tell the planner what there is, as the server does by itself some time after a bulk."""
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE registry.pole, registry.pole_private")


def table(found: Figures) -> list[str]:
    """Return the lines of the manual's section."""
    rows = f"{found.rows:,}"
    twice = found.peak_mb["twice"]
    return [
        TITLE,
        "",
        f"A GeoPackage of {rows} generated poles (11 columns: codes, kinds, materials, heights, dates ...), "
        "`gisreg import` and `gisreg export` as a person runs them, against `ogr2ogr`. Medians of "
        f"{found.rounds} rounds in turn; the machine's load was {found.load[0]:.1f} before and "
        f"{found.load[1]:.1f} after (1.0 is one core).",
        "",
        "| step | seconds | ratio | may be |",
        "|---|---|---|---|",
        _row(
            found,
            LOAD,
            LOAD,
            "`ogr2ogr` with COPY into a bare table with a spatial index, nothing checked",
            "",
        ),
        _row(
            found,
            NEW,
            LOAD,
            "import: validated, merged into the indexed table, recorded in the history",
            "1.5",
        ),
        _row(found, AGAIN, LOAD, "the same file again, nothing changed", "1.0"),
        _row(found, LOAD_OWN, LOAD_OWN, "`ogr2ogr`, a file with a remark and two own columns more", ""),
        _row(found, NEW_OWN, LOAD_OWN, "import of it: two tables and two histories", ""),
        _row(found, AGAIN_OWN, LOAD_OWN, "the same file again, nothing changed", ""),
        _row(found, "beside", LOAD, f"import beside {rows} poles of another carrier", ""),
        _row(found, OUT_OGR, OUT_OGR, "`ogr2ogr` from PostgreSQL to GeoPackage, the same columns", ""),
        _row(found, OUT, OUT_OGR, "export to GeoPackage: with styles, mark, digest, register", "1.2"),
        _row(
            found,
            "tie",
            LOAD,
            f"what follows by itself: tying cables to {rows} lone poles (there is no cable)",
            "",
        ),
        _row(found, "flag", LOAD, f"and looking at {rows} lone poles by every rule", ""),
        "",
        f"Peak memory of the import: {found.peak_mb[NEW]:.0f} MB at {rows} rows, {twice:.0f} MB at "
        f"{2 * found.rows:,} rows (may be 1,536 MB, and not grow). Of the export: "
        f"{found.peak_mb[OUT]:.0f} MB.",
        "",
        "Seconds by rows: "
        + ", ".join(f"{count:,}: {median(taken):.1f}" for count, taken in sorted(found.by_size.items()))
        + f". From the first to the last they grow with the exponent {found.exponents[-1]:.2f}, at most with "
        f"{max(found.exponents):.2f} (may be 1.1).",
        "",
    ]


def _row(found: Figures, step: str, to: str, what: str, limit: str) -> str:
    return f"| {what} | {found.median(step):.1f} | {found.ratio(step, to):.2f} | {limit} |"
