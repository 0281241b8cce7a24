"""`gisreg map`: licences, mistakes in --bounds, what a saved map bears."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gisreg.access.actor import operator
from gisreg.cli.history import app as history_app
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.exporting.register import lines
from gisreg.history import chain
from gisreg.history.export import printed
from maps.assets import STATIC
from maps.cli import app, parse_bounds
from tests.support.databases import Database


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


def test_a_saved_map_says_who_took_it_and_up_to_where_the_history_is_proven(
    seeded_network: Database, tmp_path: Path
) -> None:
    chain.seal()
    head = chain.head()
    assert head is not None
    path = tmp_path / "map.html"
    done = CliRunner().invoke(app, ["survey", "--out", str(path)])
    assert done.exit_code == 0, done.output
    text = path.read_text(encoding="utf-8")
    with transaction(actor=operator()) as connection:
        line = lines(connection, 1)[0]
    assert (line.subject, line.state) == ("map survey", "made")
    assert line.number in text
    assert head.digest in text
    # What stands at the foot of a map proves something: it is one of the chain's links, and only one that is.
    foot = tmp_path / "foot.txt"
    foot.write_text(printed() or "", encoding="ascii")
    good = CliRunner().invoke(history_app, ["verify", "--against", str(foot)])
    assert "1 exported heads agree" in good.output
    foot.write_text(f"2026-05-04 - {'0' * 64}", encoding="ascii")
    bad = CliRunner().invoke(history_app, ["verify", "--against", str(foot)])
    assert bad.exit_code == 1
    assert "none of the chain's links" in bad.output
