"""A zone that only the agency sees: its findings are as hidden as the zone, and the segment's state is silent."""

from __future__ import annotations

from tests.support.network import DAY, Network


def test_a_hidden_zone_leaves_no_mark_on_a_visible_segment(network: Network) -> None:
    network.only_zones()
    for code, visibility in (("open", "public"), ("closed", "secret")):
        network.sql(
            "INSERT INTO registry.zone (code, name, kind, valid_from, visibility, geom) VALUES"
            " (%s, 'Z', %s, '2020-01-01', %s, ST_Multi(ST_MakeEnvelope(105, 20, 107, 21, 4326)))",
            code,
            "urban" if visibility == "public" else "heritage",
            visibility,
        )
    for number, visibility in enumerate(("public", "partner", "secret")):
        network.sql(
            "INSERT INTO registry.segment (cable_id, ordinal, sequence, visibility, geom) VALUES"
            " (%s, 1, 1, %s, ST_GeomFromText('LINESTRING(106.3 20.4, 106.301 20.4)', 4326))",
            number,
            visibility,
        )
    network.flag(DAY)
    assert network.sql(
        "SELECT s.visibility, f.rule_id, f.visibility FROM registry.finding AS f"
        " JOIN registry.segment AS s ON s.id = f.object_id ORDER BY s.cable_id, f.rule_id"
    ) == [
        ("public", "Z01", "public"),
        ("public", "Z04", "secret"),
        ("partner", "Z01", "partner"),
        ("partner", "Z04", "secret"),
        ("secret", "Z01", "secret"),
        ("secret", "Z04", "secret"),
    ]
    assert network.sql(
        "SELECT s.visibility, t.reason FROM registry.segment_state AS t"
        " JOIN registry.segment AS s ON s.id = t.segment_id ORDER BY s.cable_id"
    ) == [("public", "urban"), ("partner", "urban"), ("secret", "heritage")]
    assert network.flag(DAY).segments_touched == 0
