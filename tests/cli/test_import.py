"""`gisreg import` as people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.databases import Database


def gisreg(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gisreg.cli.main", *words],
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def zone(path: Path, *corners: tuple[float, float]) -> Path:
    """Write one zone as GeoJSON."""
    geometry = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
    feature = {"type": "Feature", "properties": {"code": "Z-1", "name": "[Chợ]"}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_import_says_what_it_did(fresh_database: Database, tmp_path: Path):
    path = zone(tmp_path / "zone.geojson", (106.3, 20.4), (106.4, 20.4), (106.4, 20.5))
    words = ("import", "zone", str(path), "--kind", "urban", "--valid-from", "2025-07-01")

    dry = gisreg(*words, "--dry-run")
    assert (dry.returncode, dry.stderr) == (0, "")
    assert "1 would become new in zone" in dry.stdout
    first = gisreg(*words)
    assert "zone.geojson: 1 read; 1 are new in zone, 0 changed, 0 unchanged." in first.stdout
    assert "0 are new in zone, 0 changed, 1 unchanged" in gisreg(*words).stdout


def test_a_bad_file_is_exit_code_2_with_rows_and_remedy(fresh_database: Database, tmp_path: Path):
    path = zone(tmp_path / "bow[1].geojson", (106.3, 20.4), (106.4, 20.5), (106.4, 20.4), (106.3, 20.5))

    answer = gisreg("import", "zone", str(path), "--set", "kind=urban", "--valid-from", "2025-07-01")

    assert answer.returncode == 2
    assert "bow[1].geojson: 1 problem, nothing was imported." in answer.stderr
    assert "row 1 (Z-1): its geometry is not valid: Self-intersection" in answer.stderr
    assert "what to do: Repair it" in answer.stderr
    assert gisreg("import", "zone", str(path), "--set", "kind").returncode == 2


def test_a_proposal_comes_with_the_whole_command(fresh_database: Database, tmp_path: Path):
    path = zone(tmp_path / "my zone.geojson", (20.4, 106.3), (20.4, 106.4), (20.5, 106.3))
    words = ("import", "zone", str(path), "--kind", "urban", "--valid-from", "2025-07-01", "--no-follow")

    answer = gisreg(*words)

    assert answer.returncode == 2
    assert "1. --crs EPSG:4326 --coordinates swapped  WGS 84" in answer.stderr
    command = f"gisreg import zone '{path}' --kind urban --valid-from 2025-07-01 --no-follow"
    assert f"The whole command: {command} --crs EPSG:4326 --coordinates swapped" in answer.stderr
    confirmed = gisreg(*words, "--crs", "EPSG:4326", "--coordinates", "swapped")
    assert confirmed.returncode == 0
    assert "note: coordinates were taken as: swapped." in confirmed.stdout
