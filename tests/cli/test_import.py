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
    assert "row 1 (Z-1): hình không hợp lệ: Self-intersection[" in answer.stderr
    assert "row 1 (Z-1): its geometry is not valid: Self-intersection[" in answer.stderr
    assert "cách xử lý: Sửa hình (--repair" in answer.stderr
    assert "what to do: Repair it (--repair" in answer.stderr
    assert gisreg("import", "zone", str(path), "--set", "kind").returncode == 2


def test_imports_are_listed_shown_and_undone(fresh_database: Database, tmp_path: Path):
    path = zone(tmp_path / "second.geojson", (106.3, 20.4), (106.4, 20.4), (106.4, 20.5))
    words = ("--set", "code=Z-9", "--kind", "urban", "--valid-from", "2025-07-01", "--no-follow")
    path.write_text(path.read_text().replace("Z-1", "Z-9"))
    taken = gisreg("import", "file", "zone", str(path), *words)
    assert taken.returncode == 0, taken.stderr
    number = taken.stdout.split("gisreg import undo ")[1].split()[0]

    listed = gisreg("import", "list")
    assert f"{number}  " in listed.stdout
    assert "second.geojson  -  by " in listed.stdout
    assert "1 new" in listed.stdout
    assert "EPSG:4326" in gisreg("import", "show", number).stdout
    assert "1 objects removed" in gisreg("import", "undo", number, "--no-follow").stdout
    again = gisreg("import", "undo", number)
    assert again.returncode == 2
    assert "was undone already" in again.stderr
    assert "; undone " in gisreg("import", "list").stdout
    assert gisreg("import", "show", "1").returncode == 2


def test_rejected_rows_are_exit_code_2_also_when_tried(fresh_database: Database, tmp_path: Path):
    path = tmp_path / "poles.csv"
    path.write_text("ma,cao,lat,lon\nA,8,20.4,106.3\nB,999,20.4,106.31\n", encoding="utf-8")
    dry = gisreg("import", "pole", str(path), "--crs", "EPSG:4326", "--dry-run")
    assert dry.returncode == 2
    assert "1 would become new in pole, 0 changed, 0 unchanged, 1 rejected." in dry.stdout
    assert "row 3: cao = '999': phải từ 1 đến 60 m. / cao = '999': expected 1 to 60 m." in dry.stdout
    taken = gisreg("import", "pole", str(path), "--crs", "EPSG:4326", "--accept-valid", "--no-follow")
    assert (taken.returncode, taken.stderr) == (0, "")


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
