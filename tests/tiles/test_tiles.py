"""Tiles as a client decodes them; their size, bytes, and when they expire."""

from __future__ import annotations

import math
from typing import Any

import httpx
import mapbox_vector_tile
import pytest

from gisreg.tiles import tile as tiles
from gisreg.tiles.grid import Tile
from layers import LAYERS, Geometry
from tests.support.served import Query, edited, one

CENTRE = (106.332, 20.4415)
DRAWN = [layer for layer in LAYERS.values() if layer.geometry]


def at(zoom: int, longitude: float = CENTRE[0], latitude: float = CENTRE[1]) -> str:
    """Return zoom/column/row of the tile that holds a point (degrees)."""
    size = 1 << zoom
    row = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * size
    return f"{zoom}/{int((longitude + 180) / 360 * size)}/{int(row)}"


def features(answer: httpx.Response, layer: str) -> list[dict[str, Any]]:
    """Return the decoded features of a tile, after checking that it is one of that layer alone."""
    if answer.status_code == 204:
        assert answer.content == b""
        return []
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    decoded = mapbox_vector_tile.decode(answer.content)
    assert list(decoded) == [layer]
    found: list[dict[str, Any]] = decoded[layer]["features"]
    return found


def test_objects_carry_id_and_tile_fields_only(client: httpx.Client) -> None:
    for layer in DRAWN:
        found = features(client.get(f"/tiles/{layer.key}/{at(18)}.mvt"), layer.key)
        for feature in found:
            assert feature["id"] == feature["properties"]["id"]
            assert set(feature["properties"]) <= {field.name for field in layer.tile_fields}
    pole = one(client, "pole", code="P5-2")
    drawn = features(client.get(f"/tiles/pole/{at(18, *pole['geometry']['coordinates'])}.mvt"), "pole")
    assert pole["id"] in {feature["id"] for feature in drawn}
    assert {feature["properties"]["cable_count"] for feature in drawn} == {1}


def test_private_columns_never_travel(client: httpx.Client) -> None:
    for zoom in (0, 10, 15, 18):
        for layer in DRAWN:
            content = client.get(f"/tiles/{layer.key}/{at(zoom)}.mvt").content
            assert b"SECRET-NOTE" not in content
            assert b"rent" not in content


@pytest.mark.parametrize("zoom", [0, 5, 9, 12, 13])
def test_low_zooms_carry_counts_that_add_up(client: httpx.Client, zoom: int) -> None:
    x, y = map(int, at(zoom).split("/")[1:])
    total = {"count": 0, "length_m": 0, "flagged_m": 0, "accepted_m": 0}
    for column in range(max(0, x - 1), min(1 << zoom, x + 2)):
        for row in range(max(0, y - 1), min(1 << zoom, y + 2)):
            for cell in features(client.get(f"/tiles/segment/{zoom}/{column}/{row}.mvt"), "segment"):
                assert "id" not in cell["properties"]
                assert cell["geometry"]["type"] == "Point"
                assert all(0 <= one <= 4096 for one in cell["geometry"]["coordinates"])
                for name in total:
                    total[name] += cell["properties"][name]
    segments = client.get("/collections/segment/items?limit=1000").json()["features"]
    assert total["count"] == len(segments)
    for name in ("length_m", "flagged_m"):
        metres = sum(segment["properties"][name] for segment in segments)
        assert metres > 0
        assert total[name] == pytest.approx(metres, abs=len(segments) / 2)


def test_cells_lie_where_their_objects_are(client: httpx.Client) -> None:
    zoom, x, y = map(int, at(14).split("/"))
    cells = features(client.get(f"/tiles/pole/{zoom}/{x}/{y}.mvt"), "pole")
    assert sum(cell["properties"]["count"] for cell in cells) == 200
    for cell in cells:
        across, up = cell["geometry"]["coordinates"]
        longitude = (x + across / 4096) / (1 << zoom) * 360 - 180
        north = math.pi * (1 - 2 * (y + 1 - up / 4096) / (1 << zoom))
        assert 106.3285 < longitude < 106.3372
        assert 20.4385 < math.degrees(math.atan(math.sinh(north))) < 20.446


def test_streets_and_areas_are_generalised(client: httpx.Client) -> None:
    assert features(client.get(f"/tiles/street/{at(8)}.mvt"), "street") == []
    main = features(client.get(f"/tiles/street/{at(12)}.mvt"), "street")
    assert [street["properties"]["street_class"] for street in main] == ["primary"]
    every = features(client.get(f"/tiles/street/{at(16)}.mvt"), "street")
    assert {street["properties"]["street_class"] for street in every} == {"primary", "alley"}
    assert features(client.get(f"/tiles/admin_unit/{at(9)}.mvt"), "admin_unit")[0]["properties"]["name"]


def test_a_dense_tile_falls_back_to_cells(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/tiles/pole/{at(15)}.mvt"
    assert "id" in features(client.get(path), "pole")[0]["properties"]
    monkeypatch.setattr(tiles, "MAX_OBJECTS", 50)
    cells = features(client.get(path), "pole")
    assert sum(cell["properties"]["count"] for cell in cells) >= 200
    monkeypatch.setattr(tiles, "MAX_OBJECTS", 12_000)
    monkeypatch.setattr(tiles, "MAX_BYTES", 5_000)
    assert "count" in features(client.get(path), "pole")[0]["properties"]


def test_the_same_data_gives_the_same_bytes(client: httpx.Client) -> None:
    for layer in DRAWN:
        for zoom in (10, 15, 17):
            path = f"/tiles/{layer.key}/{at(zoom)}.mvt"
            assert len({client.get(path).content for _ in range(3)}) == 1


def test_a_tile_is_not_built_for_who_has_it(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/tiles/pole/{at(15)}.mvt"
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"

    def never(*_: object) -> bytes:
        raise AssertionError("built")

    monkeypatch.setattr("api.routers.tiles.build", never)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_an_edit_expires_the_tiles_it_touches_and_no_others(client: httpx.Client, query: Query) -> None:
    here = [f"/tiles/pole/{at(zoom)}.mvt" for zoom in (3, 12, 16)]
    elsewhere = [f"/tiles/pole/{at(14, 105.8, 21.0)}.mvt", f"/tiles/street/{at(15)}.mvt"]
    query("SELECT gisreg.fold_revisions('pole')")
    before = {path: client.get(path).headers["ETag"] for path in here + elsewhere}
    pole = one(client, "pole", code="P0-0")
    assert edited(client, "pole", pole["id"], properties={"lean_deg": 2}).status_code == 200
    for path in here:
        assert client.get(path, headers={"If-None-Match": before[path]}).status_code in (200, 204)
    for path in elsewhere:
        assert client.get(path, headers={"If-None-Match": before[path]}).status_code == 304


def test_folding_revisions_changes_no_tag(client: httpx.Client, query: Query) -> None:
    query("UPDATE registry.pole SET lean_deg = 1 WHERE code = 'P0-1'")
    path = f"/tiles/pole/{at(15)}.mvt"
    tag = client.get(path).headers["ETag"]
    rows = query("SELECT count(*) FROM gisreg.revision WHERE layer = 'pole'")
    query("SELECT gisreg.fold_revisions('pole')")
    assert query("SELECT count(*) FROM gisreg.revision WHERE layer = 'pole'") < rows
    assert client.get(path).headers["ETag"] == tag


@pytest.mark.parametrize("where", ["23/0/0", "3/8/0", "3/0/8", "3/-1/0", "-1/0/0", "99999999999999/0/0"])
def test_tiles_outside_the_pyramid(client: httpx.Client, where: str) -> None:
    answer = client.get(f"/tiles/pole/{where}.mvt")
    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_layers_without_geometry_have_no_tiles(client: httpx.Client) -> None:
    answer = client.get("/tiles/organisation/0/0/0.mvt")
    assert answer.status_code == 404
    assert "pole" in answer.json()["layers"]


def test_tilejson(client: httpx.Client) -> None:
    for layer in DRAWN:
        described = client.get(f"/tiles/{layer.key}.json").json()
        assert described["tilejson"] == "3.0.0"
        assert described["vector_layers"][0]["id"] == layer.key
        west, south, east, north = described["bounds"]
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        assert {field.name for field in layer.tile_fields} <= set(described["vector_layers"][0]["fields"])
        zoom, x, y = at(15).split("/")
        url = described["tiles"][0].replace("{z}", zoom).replace("{x}", x).replace("{y}", y)
        assert client.get(url).status_code in (200, 204)
        if layer.geometry in (Geometry.POINT, Geometry.LINE):
            assert described["gisreg_objects_from_zoom"] == layer.min_zoom


def test_the_box_of_a_tile_is_its_exact_rectangle(query: Query) -> None:
    for tile in (Tile(0, 0, 0), Tile(15, 26062, 14465), Tile(3, 5, 2)):
        edges = query(
            "SELECT ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g) FROM (SELECT ST_Transform("
            "ST_TileEnvelope(%s, %s, %s, margin => 0.015625), 4326) AS g) AS t",
            tile.z,
            tile.x,
            tile.y,
        )[0]
        assert tile.box() == pytest.approx(edges, abs=1e-9)
