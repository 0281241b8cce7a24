"""A small network in a real registry, addressed by names: what tests draw, edit and ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from psycopg2.extensions import connection as PgConnection  # noqa: N812 - psycopg2 calls the class so

from gisreg.flagging import run as flagging
from gisreg.topology import build as topology
from tests.support.grid import Grid
from tests.support.ground import Point, degrees_of, lonlat, polygon

DAY = date(2026, 7, 1)

HISTORIES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'history'"


@dataclass(frozen=True)
class Part:
    """A segment as it is stored; poles by name, None at a loose end; `line` in degrees."""

    id: int
    cable: str
    start: str | None
    end: str | None
    ordinal: int
    line: shapely.LineString
    span_id: int | None
    state: str

    @property
    def label(self) -> str:
        """Return the two poles, `~` for a loose end, and the passage where it is not the first."""
        again = f"/{self.ordinal}" if self.ordinal > 1 else ""
        return f"{self.start or '~'}{self.end or '~'}{again}"


class Network:
    """Draws into the registry through one open connection, which the test rolls back.

    `origin` is where its drawings begin on the plane, `mark` stands before the codes that it gives: both tell apart
    networks that share a registry.
    """

    def __init__(self, connection: PgConnection, origin: Point = (0.0, 0.0), mark: str = ""):
        self.connection = connection
        self.origin, self.mark = origin, mark
        self.ids: dict[tuple[str, str], int] = {}

    def is_mine(self, number: int) -> bool:
        """Tell whether an object is of this network."""
        return True

    def moved(self, points: Sequence[Point]) -> list[Point]:
        """Return points of a drawing where they are on the plane."""
        return [(x + self.origin[0], y + self.origin[1]) for x, y in points]

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows, none where it returns none."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def _add(self, layer: str, name: str, columns: dict[str, Any], geometry: shapely.Geometry) -> int:
        names = ", ".join(columns)
        marks = ", ".join(["%s"] * len(columns))
        ((number,),) = self.sql(
            f"INSERT INTO registry.{layer} ({names}, geom) VALUES ({marks}, ST_SetSRID(%s::geometry, 4326))"
            " RETURNING id",
            *columns.values(),
            geometry.wkb_hex,
        )
        self.ids[layer, name] = number
        return int(number)

    def pole(self, name: str, at: Point, status: str = "in_service", **columns: Any) -> int:
        (place,) = self.moved([at])
        code = self.mark + name
        return self._add(
            "pole", name, {"code": code, "status": status} | columns, shapely.Point(lonlat(place))
        )

    def cable(self, name: str, points: Sequence[Point], deployment: str = "aerial", **columns: Any) -> int:
        line = shapely.LineString(degrees_of(self.moved(points)))
        return self._add("cable", name, {"code": self.mark + name, "deployment": deployment} | columns, line)

    def street(self, name: str, points: Sequence[Point], layer: str = "street", **columns: Any) -> int:
        """Draw a street, or a railway or waterway."""
        line = shapely.MultiLineString([degrees_of(self.moved(points))])
        return self._add(layer, name, {"code": self.mark + name, "name": name} | columns, line)

    def zone(
        self,
        name: str,
        rings: list[list[Point]],
        kind: str = "urban",
        valid_from: date = date(2020, 1, 1),
        valid_to: date | None = None,
        **columns: Any,
    ) -> int:
        given = {
            "code": self.mark + name,
            "name": name,
            "kind": kind,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        return self._add("zone", name, given | columns, polygon([self.moved(ring) for ring in rings]))

    def unit(self, code: str, ring: list[Point]) -> int:
        columns = {
            "gso_code": code,
            "level": "commune",
            "kind": "xa",
            "name": code,
            "valid_from": "2020-01-01",
        }
        return self._add("admin_unit", code, columns, polygon([self.moved(ring)]))

    def draw(self, grid: Grid, **cables: str) -> None:
        """Put up the poles of a drawing and hang cables along its points, then build."""
        for name, at in grid.poles.items():
            self.pole(name, at)
        for name, points in cables.items():
            self.cable(name, grid.line(points))
        self.build()

    def redraw(self, layer: str, name: str, points: Sequence[Point]) -> None:
        """Give a pole (one point) or a cable another geometry."""
        degrees = degrees_of(self.moved(points))
        shape = shapely.Point(degrees[0]) if layer == "pole" else shapely.LineString(degrees)
        self.sql(
            f"UPDATE registry.{layer} SET geom = ST_SetSRID(%s::geometry, 4326) WHERE id = %s",
            shape.wkb_hex,
            self.ids[layer, name],
        )

    def set(self, layer: str, name: str, column: str, value: Any) -> None:
        self.sql(f"UPDATE registry.{layer} SET {column} = %s WHERE id = %s", value, self.ids[layer, name])

    def delete(self, layer: str, name: str) -> None:
        self.sql(f"DELETE FROM registry.{layer} WHERE id = %s", self.ids[layer, name])

    def only_zones(self) -> None:
        """Switch off the rules of the catalogue: what follows is about zones alone."""
        self.sql("UPDATE registry.rule SET is_active = false WHERE needs IS NOT NULL")

    def build(self) -> topology.TopologyReport:
        return topology.build(self.connection)

    def flag(self, day: date = DAY, segment_ids: Sequence[int] | None = None) -> flagging.RunReport:
        objects = None if segment_ids is None else {"segment": segment_ids}
        return flagging.run(self.connection, day, objects)

    def edited(self, layer: str, *names: str, day: date = DAY) -> None:
        """Bring topology and findings in line with edited objects, as the service does after an edit."""
        ids = [self.ids[layer, name] for name in names]
        segments = topology.after_edit(self.connection, layer, ids)
        concerned = self.sql(
            "SELECT object_layer, array_agg(DISTINCT object_id) FROM ("
            "  SELECT * FROM gisreg.flag_concerned(%s, %s)"
            "  UNION ALL SELECT * FROM gisreg.flag_concerned('segment', %s)"
            ") AS c GROUP BY object_layer",
            layer,
            ids,
            segments,
        )
        flagging.run(self.connection, day, dict(concerned))

    def measure(self, cable: str, pole: str, height_m: float | None, method: str | None = "laser") -> None:
        """Write how high a cable hangs on a pole."""
        self.sql(
            "UPDATE registry.support SET attachment_height_m = %s, height_method = %s"
            " WHERE cable_id = %s AND pole_id = %s",
            height_m,
            None if height_m is None else method,
            self.ids["cable", cable],
            self.ids["pole", pole],
        )

    def survey(self, poles: str, **columns: Any) -> None:
        """Write what a surveyor saw on the span between two poles, each named by one character."""
        names = ", ".join(f"{name} = %s" for name in columns)
        a, b = sorted(self.ids["pole", name] for name in poles)
        self.sql(
            f"UPDATE registry.span SET {names} WHERE pole_a_id = %s AND pole_b_id = %s",
            *columns.values(),
            a,
            b,
        )

    def label_of(self, number: int) -> str:
        """Return an object's name: of a pole its own, of a span its poles, of the rest `cable poles`."""
        for query in (
            "SELECT code FROM registry.pole WHERE id = %s",
            "SELECT least(a.code, b.code) || greatest(a.code, b.code) FROM registry.span AS s"
            " JOIN registry.pole AS a ON a.id = s.pole_a_id JOIN registry.pole AS b ON b.id = s.pole_b_id"
            " WHERE s.id = %s",
            "SELECT c.code || ' ' || coalesce(a.code, '~') || coalesce(b.code, '~') FROM registry.segment AS s"
            " JOIN registry.cable AS c ON c.id = s.cable_id"
            " LEFT JOIN registry.pole AS a ON a.id = s.from_pole_id"
            " LEFT JOIN registry.pole AS b ON b.id = s.to_pole_id WHERE s.id = %s",
            "SELECT c.code || ' ' || p.code FROM registry.support AS s"
            " JOIN registry.cable AS c ON c.id = s.cable_id JOIN registry.pole AS p ON p.id = s.pole_id"
            " WHERE s.id = %s",
            "SELECT f.kind || ' ' || p.code FROM registry.fitting AS f JOIN registry.pole AS p ON p.id = f.pole_id"
            " WHERE f.id = %s",
            "SELECT code FROM registry.cable WHERE id = %s",
            "SELECT code FROM registry.street WHERE id = %s",
            "SELECT code FROM registry.tower WHERE id = %s",
        ):
            if rows := self.sql(query, number):
                return str(rows[0][0])
        return str(number)

    def verdicts(self, rule_id: str, day: date = DAY) -> dict[str, str]:
        """Return pass, fail, borderline or not evaluable by the names of the objects a rule applies to.

        Fails and borderline ones are those that stand as findings.
        """
        standing = self.sql("SELECT object_id, outcome FROM registry.finding WHERE rule_id = %s", rule_id)
        stand = {number: outcome for number, outcome in standing if self.is_mine(number)}
        asked = self.sql(
            f"SELECT object_id, measured_value FROM gisreg.rule_{rule_id.lower()}_whole(%s, gisreg.flag_limits(%s))",
            day,
            day,
        )
        assert set(stand) <= {row[0] for row in asked}
        assert len(asked) == len({row[0] for row in asked})
        return {
            self.label_of(number): stand.get(number, "not evaluable" if value is None else "pass")
            for number, value in asked
            if self.is_mine(number)
        }

    def measured(self, rule_id: str, day: date = DAY) -> dict[str, float | None]:
        """Return what a rule measures by the names of the objects it applies to."""
        rows = self.sql(
            f"SELECT object_id, measured_value FROM gisreg.rule_{rule_id.lower()}_whole(%s, gisreg.flag_limits(%s))",
            day,
            day,
        )
        return {self.label_of(number): value for number, value in rows if self.is_mine(number)}

    def values(self, rule_id: str) -> dict[str, float]:
        """Return the measured values of a rule's findings by the names of their objects."""
        rows = self.sql("SELECT object_id, measured_value FROM registry.finding WHERE rule_id = %s", rule_id)
        return {self.label_of(number): value for number, value in rows if self.is_mine(number)}

    def name_of(self, layer: str, number: int | None) -> str | None:
        names = {value: key[1] for key, value in self.ids.items() if key[0] == layer}
        return None if number is None else names[number]

    def parts(self, cable: str) -> list[Part]:
        """Return a cable's segments in their order along it."""
        rows = self.sql(
            "SELECT s.id, s.from_pole_id, s.to_pole_id, s.ordinal, ST_AsBinary(s.geom), s.span_id,"
            " coalesce(t.tidying_state, 'none')"
            " FROM registry.segment AS s LEFT JOIN registry.segment_state AS t ON t.segment_id = s.id"
            " WHERE s.cable_id = %s ORDER BY s.sequence",
            self.ids["cable", cable],
        )
        return [
            Part(
                number,
                cable,
                self.name_of("pole", start),
                self.name_of("pole", end),
                ordinal,
                shapely.from_wkb(bytes(line)),
                span_id,
                state,
            )
            for number, start, end, ordinal, line, span_id, state in rows
        ]

    def labels(self, cable: str) -> str:
        """Return a cable's segments as text, such as `~A AB BC C~`."""
        return " ".join(part.label for part in self.parts(cable))

    def part(self, cable: str, label: str) -> Part:
        (found,) = [part for part in self.parts(cable) if part.label == label]
        return found

    def supports(self, cable: str) -> list[tuple[str, int, float, float]]:
        """Return pole, passage, distance along the cable and off it (metres), along the cable."""
        rows = self.sql(
            "SELECT pole_id, ordinal, measure_m, snap_distance_m FROM registry.support"
            " WHERE cable_id = %s ORDER BY sequence",
            self.ids["cable", cable],
        )
        return [(str(self.name_of("pole", row[0])), row[1], row[2], row[3]) for row in rows]

    def spans(self) -> set[frozenset[str]]:
        rows = self.sql("SELECT pole_a_id, pole_b_id FROM registry.span")
        return {frozenset(str(self.name_of("pole", number)) for number in row) for row in rows}

    def near_misses(self) -> dict[tuple[str, str], float]:
        rows = self.sql("SELECT cable_id, pole_id, distance_m FROM registry.near_miss")
        return {
            (str(self.name_of("cable", c)), str(self.name_of("pole", p))): float(metres)
            for c, p, metres in rows
        }

    def findings(self) -> dict[tuple[int, str, str], float]:
        """Return metres inside by segment id, rule and zone."""
        rows = self.sql(
            "SELECT f.object_id, f.rule_id, z.code, f.metres_inside"
            " FROM registry.finding AS f JOIN registry.zone AS z ON z.id = f.zone_id WHERE f.outcome = 'fail'"
        )
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    def zone_findings(self) -> dict[tuple[int, str, str], tuple[str, float, float | None]]:
        """Return outcome, metres inside and metres possibly inside by segment id, rule and zone."""
        rows = self.sql(
            "SELECT f.object_id, f.rule_id, z.code, f.outcome, f.metres_inside, f.metres_possible"
            " FROM registry.finding AS f JOIN registry.zone AS z ON z.id = f.zone_id WHERE f.rule_id >= 'Z'"
        )
        return {
            (number, rule, zone.removeprefix(self.mark)): tuple(told)
            for number, rule, zone, *told in rows
            if self.is_mine(number)
        }

    def flags(self) -> dict[int, tuple[str, float, str | None]]:
        """Return tidying state, flagged metres and reason by segment id, where there is anything to say."""
        rows = self.sql("SELECT segment_id, tidying_state, flagged_m, reason FROM registry.segment_state")
        return {row[0]: row[1:] for row in rows if row[1:] != ("none", 0, None) and self.is_mine(row[0])}

    def trail(self) -> dict[str, int]:
        """Return how many rows every history table has."""
        tables = [row[0] for row in self.sql(HISTORIES)]
        return {name: self.sql(f"SELECT count(*) FROM history.{name}")[0][0] for name in tables}
