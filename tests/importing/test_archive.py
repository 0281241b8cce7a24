"""Packed files are opened with limits, and files are what their content says."""

from __future__ import annotations

import gzip
import stat
import zipfile
from pathlib import Path

import pytest

from gisreg.importing import archive
from tests.importing.conftest import point

KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document id="d"><Placemark><name>C-01</name><Point>'
    "<coordinates>106.34,20.45,0</coordinates></Point></Placemark></Document></kml>"
)


def packed(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def test_a_kmz_and_a_zipped_file_are_read(tmp_path, geojson, take, rows, columns):
    path = packed(tmp_path / "a.kmz", **{"doc.kml": KML, "files/photo.jpg": b"x"})
    assert take("pole", path, columns=columns({"Name": "code"})).inserted == 1
    inside = geojson(({"ma": "C-02"}, point(106.35, 20.45))).read_bytes()
    assert take("pole", packed(tmp_path / "b.zip", **{"khảo sát/poles.geojson": inside})).inserted == 1
    assert rows("SELECT code FROM registry.pole ORDER BY 1") == [("C-01",), ("C-02",)]


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"../../evil.geojson": "x"}, "lies outside of it"),
        ({"/etc/evil.geojson": "x"}, "lies outside of it"),
        ({"..\\evil.geojson": "x"}, "lies outside of it"),
        ({"C:/evil.geojson": "x"}, "lies outside of it"),
        ({"inner.zip": "x", "a.geojson": "{}"}, "holds another archive"),
        ({"a.geojson": "{}", "b.csv": "ma"}, "holds 2 files with data: a.geojson, b.csv"),
        ({"readme.md": "x"}, "holds 0 files with data"),
        ({"bomb.geojson": b"0" * (30 << 20)}, "times its size"),
        ({f"{n}.txt": "" for n in range(archive.MAX_FILES + 1)}, "holds 2,001 files"),
    ],
)
def test_archives_that_are_not_opened(tmp_path, refused, members, what):
    path = packed(tmp_path / "evil.zip", **members)
    before = set(tmp_path.parent.rglob("*evil.geojson"))
    assert what in refused("pole", path).message
    assert set(tmp_path.parent.rglob("*evil.geojson")) == before


def test_links_and_secrets_in_archives(tmp_path, refused):
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as made:
        link = zipfile.ZipInfo("poles.geojson")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert "which is a link" in refused("pole", path).message
    content = bytearray(packed(path, **{"a.geojson": "{}"}).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "which is encrypted" in refused("pole", path).message


def test_sizes_in_headers_are_not_believed(tmp_path, refused, monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 100_000)
    monkeypatch.setattr(archive, "_CHUNK", 1_000)
    path = packed(tmp_path / "lie.zip", **{"a.geojson": b"1" * 200_000})
    assert "would become" in refused("pole", path).message
    content = path.read_bytes().replace((200_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    path.write_bytes(content)
    assert "lie.zip" in refused("pole", path).message
    packed_gz = tmp_path / "bomb.geojson.gz"
    packed_gz.write_bytes(gzip.compress(b"1" * 200_000))
    assert "would become more than" in refused("pole", packed_gz).message


def test_a_torn_archive(tmp_path, refused):
    path = packed(tmp_path / "a.zip", **{"a.geojson": "{}" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    assert "is no whole archive" in refused("pole", path).message
    torn = tmp_path / "a.geojson.gz"
    torn.write_bytes(gzip.compress(b"{}" * 5000)[:-10])
    assert "is no whole archive" in refused("pole", torn).message


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("poles.csv", b"PK\x03\x04rest", "is a ZIP archive"),
        ("poles.geojson", b"SQLite format 3\x00", "is an SQLite database"),
        ("poles.gpkg", b"ma,lat,lon\n", "is not an SQLite database"),
        ("poles.zip", b"ma,lat,lon\n", "is not a ZIP archive"),
        ("poles.xlsx", b"ma,lat,lon\n", "is no XLSX workbook"),
        ("poles.xls", b"\xd0\xcf\x11\xe0", "kind .xls are not read"),
        ("poles.dwg", b"AC1027", "kind .dwg are not read"),
        ("poles.csv", b"%PDF-1.7", "is a PDF document"),
        ("poles.csv", b'{"type": "FeatureCollection"}', "is JSON by its content"),
        ("poles.shp", b"nothing", "is not a Shapefile"),
    ],
)
def test_names_that_lie(tmp_path, refused, name, content, what):
    path = tmp_path / name
    path.write_bytes(content)
    error = refused("pole", path)
    assert what in error.message
    assert error.hint


@pytest.mark.parametrize("name", ["poles.geojson", "poles.vrt", "poles.kml"])
def test_files_that_point_elsewhere(tmp_path, refused, name):
    secret = tmp_path / "secret.csv"
    secret.write_text("ma,x\n1,2\n")
    path = tmp_path / name
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    )
    assert "holds no data, but where to read some" in refused("pole", path).message
