"""What was exported can be imported again, and nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gisreg.access.actor import operator
from gisreg.database.connection import Actor, Role, transaction
from gisreg.exporting.export import export
from gisreg.exporting.formats import FORMATS
from gisreg.exporting.selection import select
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from tests.support.served import Query


@pytest.mark.parametrize("layer", ["pole", "cable", "tower", "street", "zone", "admin_unit"])
@pytest.mark.parametrize("form", ["gpkg", "geojson"])
def test_an_import_of_an_export_changes_nothing(query: Query, tmp_path: Path, layer: str, form: str) -> None:
    query(
        'UPDATE registry.pole_private SET extra = \'{"Tổ": "5"}\''
        " WHERE pole_id IN (SELECT id FROM registry.pole WHERE code LIKE 'P1-%%')"
    )
    selection = select(layer, FORMATS[form], crs=None, bbox=None, filters=[])
    with export(operator(), selection) as made:
        assert made.file is not None
        kept = tmp_path / made.file.name
        kept.write_bytes(made.file.read_bytes())
    before = query(f"SELECT version, xmin::text FROM registry.{layer} ORDER BY id")
    with transaction(Role.WORKER, Actor("người nhập")) as connection:
        report = import_file(connection, ImportRequest(layer=layer, path=kept), lambda *_: None)
    assert report.read == report.unchanged == made.line.row_count
    assert (report.inserted, report.changed, report.own_columns) == (0, 0, ())
    assert query(f"SELECT version, xmin::text FROM registry.{layer} ORDER BY id") == before


def test_an_edited_export_changes_what_was_edited(query: Query, tmp_path: Path) -> None:
    selection = select("pole", FORMATS["geojson"], crs=None, bbox=None, filters=[("code", "P2-2")])
    with export(operator(), selection) as made:
        assert made.file is not None
        text = made.file.read_text(encoding="utf-8")
    edited = tmp_path / "pole.geojson"
    edited.write_text(text.replace('"kind": "telecom"', '"kind": "lighting"'), encoding="utf-8")
    with transaction(Role.WORKER, Actor("người nhập")) as connection:
        report = import_file(connection, ImportRequest(layer="pole", path=edited), lambda *_: None)
    assert (report.read, report.changed) == (1, 1)
    assert query("SELECT kind FROM registry.pole WHERE code = 'P2-2'") == [("lighting",)]
