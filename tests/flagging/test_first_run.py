"""A first run fills empty tables without their indexes; it must leave them as it found them."""

from __future__ import annotations

from tests.support.network import Network

SHAPE = """
SELECT indexdef FROM pg_indexes
WHERE (schemaname, tablename) IN (
  ('registry', 'finding'), ('gisreg', 'finding_past'), ('registry', 'segment_state')
)
UNION ALL
SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid IN ('registry.finding'::regclass, 'registry.segment_state'::regclass)
ORDER BY 1
"""


def test_a_first_run_leaves_every_index_and_trigger(network: Network) -> None:
    network.only_zones()
    before = network.sql(SHAPE)
    assert len(before) >= 8
    network.sql(
        "INSERT INTO registry.zone (code, name, kind, valid_from, geom) VALUES"
        " ('Z', 'Z', 'urban', '2020-01-01', ST_Multi(ST_MakeEnvelope(105, 20, 107, 21, 4326)))"
    )
    network.sql(
        "INSERT INTO registry.segment (cable_id, ordinal, sequence, geom) VALUES"
        " (1, 1, 1, ST_GeomFromText('LINESTRING(106.3 20.4, 106.301 20.4)', 4326))"
    )
    report = network.flag()
    assert (report.fresh, report.same) == (1, 0)
    assert network.sql(SHAPE) == before
    again = network.flag()
    assert (again.fresh, again.gone, again.changed, again.same, again.segments_touched) == (0, 0, 0, 1, 0)
