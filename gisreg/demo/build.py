"""Build the demo town in a database: make it, load it, tie, survey, flag, and tell twelve weeks of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gisreg.access.actor import PersonRole
from gisreg.database.connection import Actor, Role, transaction
from gisreg.demo import (
    coordination,
    guard,
    imperfect,
    programme,
    rare,
    recipes,
    shared_use,
    survey,
    town,
)
from gisreg.demo.accounts import ensure_accounts
from gisreg.demo.load import ORDER, load
from gisreg.demo.plan import Row, stream
from gisreg.demo.story import tell
from gisreg.errors import ConflictError, UsageError
from gisreg.flagging.run import run as flag
from gisreg.said import both
from gisreg.sharing.occupancy import count_tenants
from gisreg.tiles.cells import refresh_stale
from gisreg.topology.build import build as tie

Progress = Callable[[str, float], None]

ACTOR = Actor(
    "gisreg demo",
    "gisreg",
    reason="Dữ liệu minh hoạ / generated demo data",
    roles=frozenset({PersonRole.AUTHORITY}),
)


@dataclass(frozen=True)
class BuildReport:
    """What was built: rows by table, segments cut, findings, segments by the state they ended in."""

    rows: dict[str, int]
    segments: int
    findings: int
    tidied: dict[str, int]


def ensure_built(progress: Progress | None = None) -> bool:
    """Build the demo town where the registry is empty; finish one that was interrupted.

    Returns:
        Whether something was built; False where the demo town is already there.

    Raises:
        ConflictError: the registry holds data that is not generated.
    """
    with transaction(Role.WORKER) as connection:
        built = guard.state(connection) == "built"
    if built:
        ensure_accounts()
        return False
    build(progress=progress, replace=True)
    return True


def build(
    seed: int = 2026,
    streets: Path | None = None,
    admin: Path | None = None,
    zones: Path | None = None,
    poles: int = 6000,
    cables: int = 1500,
    towers: int = 60,
    progress: Progress | None = None,
    replace: bool = False,
) -> BuildReport:
    """Build a demo town: the made-up one, or a network along the streets of a file.

    Args:
        seed: the same seed gives the same geometry and attributes; ids and times of work differ.
        streets: OSM extract or other vector file of streets; with it, `admin` and `zones` may be files
            too, and the region's metric reference system and bounds are those of the settings.
        admin: file of administrative units.
        zones: file of zones to tidy.
        poles, cables, towers: how many to make; fewer poles where the streets have no room.
        progress: called with a step's name and the share done, 0 to 1.
        replace: throw away the demo town that is there, with all people and keys of this database.

    Raises:
        ConflictError: the registry holds data that is not generated, or a demo town and not `replace`.
        UsageError, InvalidInputError: numbers or files that cannot be used.
    """
    if min(poles, cables, towers) < 1:
        raise UsageError(
            both(
                "Đô thị minh hoạ cần ít nhất một cột, một tuyến cáp và một cột ăng ten.",
                "A demo town needs at least one pole, one cable and one tower.",
            ),
            hint=both(
                "Hãy cho --poles, --cables và --towers là số nguyên từ 1.",
                "Give --poles, --cables and --towers as whole numbers from 1.",
            ),
        )
    say = progress or (lambda name, share: None)
    with transaction(Role.OWNER) as lock:
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gisreg.demo'))")
        with transaction(Role.WORKER) as connection:
            before = guard.state(connection)
        if before == "built" and not replace:
            raise ConflictError(
                both("Cơ sở dữ liệu này đã có đô thị minh hoạ.", "This database already holds a demo town."),
                hint=both("Dùng --replace để lập lại.", "Use --replace to build it anew."),
            )
        say("plan", 0.0)
        plan = town.planned(seed, streets, admin, zones)
        say("people the streets", 0.05)
        tables, street_of_pole = town.populate(plan, seed, poles, cables, towers)
        shared_use.arrange(tables)
        imperfect.spoil(tables)
        if before != "empty":
            guard.clear()
        return _write(seed, tables, street_of_pole, say)


def _write(seed: int, tables: dict[str, list[Row]], street_of_pole: list[int], say: Progress) -> BuildReport:
    def load_step(table: str) -> None:
        say(f"load {table}", 0.2 + 0.2 * ORDER.index(table) / len(ORDER))

    with transaction(Role.WORKER, ACTOR) as connection:
        guard.mark(connection, seed, finished=False)
        ids = load(connection, tables, load_step)
        recipes.give_recipe(connection, ACTOR.person)
    _analyse()
    with transaction(Role.WORKER, ACTOR) as connection:
        report = tie(connection, lambda name, share: say(f"topology: {name}", 0.4 + 0.3 * share))
    _analyse()
    with transaction(Role.WORKER, ACTOR) as connection:
        say("survey", 0.7)
        survey.survey(connection, stream(seed, "survey"), ids["organisation"])
        rare.survey_rare(connection)
        imperfect.leave_behind(connection)
        shared_use.ask(connection, tables, ids)
        say("plans and licences", 0.72)
        programme.plan(connection, stream(seed, "programme"), ids["organisation"])
        say("flagging", 0.75)
        flags = flag(connection)
    _analyse()
    with transaction(Role.WORKER, ACTOR) as connection:
        say("twelve weeks of tidying", 0.9)
        with connection.cursor() as cursor:
            # Many short statements: compiling each would take longer than running it.
            cursor.execute("SELECT set_config('jit', 'off', true)")
        tidied = tell(connection, stream(seed, "story"), dict(zip(ids["pole"], street_of_pole, strict=False)))
        say("dead cable", 0.95)
        programme.former_round(connection, programme.still_flagged(connection, 30))
        programme.open_cases(connection, ids["organisation"])
    _analyse()
    ensure_accounts()
    with transaction(Role.WORKER, ACTOR) as connection:
        say("contacts and proposals", 0.96)
        coordination.tell(connection)
    with transaction(Role.WORKER, ACTOR) as connection:
        say("count by cell", 0.97)
        refresh_stale(connection)
        count_tenants(connection)
        guard.mark(connection, seed, finished=True)
    say("done", 1.0)
    return BuildReport(
        {table: len(rows) for table, rows in tables.items()}, report.segments, flags.fresh, tidied
    )


def _analyse() -> None:
    """Tell the planner what is in the tables now, as only their owner may."""
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE")
