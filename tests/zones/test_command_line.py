"""Zones at the command line: tried, made, replaced, built anew, given up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.databases import Database
from tests.zones.drawn import LIST, ask, clear


def gisreg(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gisreg.cli.main", *words],
        env=os.environ | {"COLUMNS": "200"}, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_line(town: Database, tmp_path: Path) -> None:
    clear()
    told = ("--code", "KV-1", "--name", "Trục Lê Lợi", "--kind", "aesthetic_priority", "--from", "2026-01-01")
    dry = gisreg("zone", "make", "-", *told, "--width", "10", "--dry-run", given=LIST)
    assert (dry.returncode, dry.stderr) == (0, "")
    assert "Nothing was written" in dry.stdout
    assert "Lê Lợi (A Một - B Hai), 10 m" in dry.stdout
    assert ask("SELECT FROM registry.zone") == []
    path = tmp_path / "list.csv"
    path.write_text("tuyến đường,từ,đến,mỗi bên\nLê Lợi,A Một,B Hai,10\nTrần Phúc,,,10\n", encoding="utf-8")
    bad = gisreg("zone", "make", str(path), *told)
    assert bad.returncode == 2
    assert "Trần Phúc" in bad.stderr
    assert "(Trần Phú)" in bad.stderr
    shape = tmp_path / "shape.geojson"
    made = gisreg("zone", "make", "-", *told, "--width", "10", "--geojson", str(shape), given=LIST)
    assert made.returncode == 0, made.stderr
    assert "KV-1, 1.20 ha" in made.stdout
    assert json.loads(shape.read_text())["features"][0]["properties"]["what"] == "zone"
    assert "KV-1" in gisreg("zone", "list").stdout
    shown = gisreg("zone", "show", "KV-1").stdout
    assert "Lê Lợi; A Một; B Hai" in shown
    recipe = tmp_path / "recipe.json"
    recipe.write_text(gisreg("zone", "show", "KV-1", "--json").stdout, encoding="utf-8")
    again = gisreg("zone", "make", str(recipe), *told, "--replace")
    assert again.returncode == 0, again.stderr
    assert "unchanged" in gisreg("zone", "rebuild").stdout
    assert ask(
        "SELECT count(*) FROM history.zone WHERE operation = 'U' AND code = 'KV-1' AND version > 2"
    ) == [(0,)]
    ask("DELETE FROM registry.street WHERE code = 'Trần Phú'")
    failed = gisreg("zone", "rebuild", "KV-1")
    assert failed.returncode == 2
    assert "giữ ranh giới cũ" in failed.stdout
    assert "không lập lại được" in gisreg("zone", "list").stdout
    assert gisreg("zone", "detach", "KV-1").returncode == 0
    assert gisreg("zone", "show", "KV-1").returncode == 2
    assert gisreg("zone", "show", "KV-9").returncode == 2
    circle = ("--code", "KV-2", "--name", "Quanh trụ sở", "--kind", "heritage", "--from", "2026-01-01")
    assert "KV-2" in gisreg("zone", "make", *circle, "--around", "106.3,20.4:200").stdout
    assert gisreg("zone", "make", *circle, "--around", "106.3:200").returncode == 2
