"""`gisreg map`: licences, and mistakes in --bounds."""

from __future__ import annotations

import hashlib
import json

import pytest
from typer.testing import CliRunner

from gisreg.errors import UsageError
from maps.assets import STATIC
from maps.cli import app, parse_bounds


def test_licences_lists_what_pages_load() -> None:
    result = CliRunner().invoke(app, ["licences"])
    assert result.exit_code == 0
    assert "leaflet" in result.output
    assert "BSD-2-Clause" in result.output


def test_the_manifest_tells_the_truth_about_the_files() -> None:
    manifest = json.loads((STATIC / "vendor" / "manifest.json").read_text("utf-8"))
    files = [file for package in manifest["packages"] for file in package["files"]]
    assert len(files) >= 3
    for file in files:
        content = (STATIC / "vendor" / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_the_lock_names_no_address_and_keeps_integrity() -> None:
    lock = json.loads((STATIC.parents[1] / "package-lock.json").read_text("utf-8"))
    packages = {name: item for name, item in lock["packages"].items() if name}
    assert packages
    assert all("integrity" in item and "resolved" not in item for item in packages.values())


@pytest.mark.parametrize("text", ["1,2,3", "a,b,c,d", "106,21,105,20", "0,0,200,10", ""])
def test_bounds_that_are_no_area_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="west,south,east,north"):
        parse_bounds(text)


def test_bounds_are_west_south_east_north() -> None:
    assert parse_bounds("106.1,20.2,106.3,20.4") == (106.1, 20.2, 106.3, 20.4)
    assert parse_bounds(None) is None
