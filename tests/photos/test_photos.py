"""Photos matched to poles, kept by digest, shown without EXIF to those who see the pole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import httpx
import pytest
from PIL import ExifTags, Image

from gisreg.access.actor import PersonRole
from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import InvalidInputError
from gisreg.photos import picture, store
from gisreg.photos.bring import PhotoReport, bring
from gisreg.photos.matching import numbers_in
from gisreg.settings import get_settings
from tests.support.databases import Database
from tests.support.served import key_of, serving

LON, LAT = 106.34, 20.45
METRE = 1 / 104_400  # of longitude, at this latitude


def ask(query: str, *parameters: object) -> list[tuple]:
    with transaction(Role.WORKER, Actor("tests")) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def jpeg(
    lon: float | None = None,
    at: str | None = "2026:05:04 10:20:30",
    size: tuple[int, int] = (400, 300),
    colour: int = 0,
    **gps: float,
) -> bytes:
    """Return a photo as a phone makes it, turned by its EXIF."""
    made = Image.new("RGB", size, (colour, 90, 200))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "SECRET-CAMERA"
    if at:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = at
    if lon is not None:
        found = exif.get_ifd(ExifTags.IFD.GPSInfo)
        found[ExifTags.GPS.GPSLatitudeRef], found[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
        found[ExifTags.GPS.GPSLatitude] = (LAT, 0.0, 0.0)
        found[ExifTags.GPS.GPSLongitude] = (lon, 0.0, 0.0)
        found[ExifTags.GPS.GPSImgDirection] = 271.5
    stream = io.BytesIO()
    made.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


@pytest.fixture(scope="module")
def home(fresh_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("GISREG_DATA_DIR", str(folder))
        get_settings.cache_clear()
        ask(
            "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'A', 'carrier'), ('B', 'B', 'carrier')"
        )
        for number, (code, metres, visibility) in enumerate(
            [("C-01", 0, "public"), ("C-02", 40, "public"), ("C-03", 42, "public"), ("S-09", 100, "secret")]
        ):
            ask(
                "INSERT INTO registry.pole (code, owner_id, visibility, geom) SELECT %s, id, %s,"
                " ST_SetSRID(ST_MakePoint(%s, %s), 4326) FROM registry.organisation WHERE code = 'B'",
                code, visibility, LON + metres * METRE, LAT,
            )  # fmt: skip
            assert number < 4
        ask(
            "INSERT INTO registry.pole_code (pole_id, organisation_id, code) SELECT p.id, o.id, 'EVN-77'"
            " FROM registry.pole AS p, registry.organisation AS o WHERE p.code = 'C-02' AND o.code = 'A'"
        )
        yield folder
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def no_photos(home: Path) -> None:
    ask("DELETE FROM registry.photo")


def take(source: Path, **options) -> PhotoReport:
    with transaction(Role.WORKER, Actor("lan")) as connection:
        ((owner,),) = ask("SELECT id FROM registry.organisation WHERE code = 'A'")
        return bring(connection, source, owner, **options)


def shown() -> dict[str, tuple[str, str]]:
    return {
        name: (code, by)
        for name, code, by in ask(
            "SELECT file_name, code, matched_by FROM registry.photo JOIN registry.pole p ON p.id = pole_id"
        )
    }


def test_names_positions_and_times(home, tmp_path):
    folder = tmp_path / "photos"
    (folder / "inner").mkdir(parents=True)
    (folder / "c-unknown 5.txt").write_text("x")
    (folder / "C-01_2.jpg").write_bytes(jpeg(colour=1))
    (folder / "inner" / "EVN-77 (1).jpg").write_bytes(jpeg(colour=2))
    (folder / "IMG_1.jpg").write_bytes(jpeg(LON + 4 * METRE, colour=3))
    (folder / "IMG_2.jpg").write_bytes(jpeg(LON + 40.8 * METRE, "2026:05:04 11:00:00", colour=4))
    (folder / "IMG_3.jpg").write_bytes(jpeg(LON + 70 * METRE, "2026:05:04 12:00:00", colour=5))
    (folder / "IMG_4.jpg").write_bytes(jpeg(None, "2026:05:04 10:20:45", colour=6))
    (folder / "IMG_5.jpg").write_bytes(jpeg(None, None, colour=7))

    report = take(folder)

    assert shown() == {
        "C-01_2.jpg": ("C-01", "name"),
        "inner/EVN-77 (1).jpg": ("C-02", "name"),
        "IMG_1.jpg": ("C-01", "position"),
        "IMG_4.jpg": ("C-01", "time"),
    }
    why = {name: one.en for name, one in report.unmatched}
    assert all(one.vi != one.en for _, one in report.unmatched)
    assert "several poles are as near: C-02, C-03" in why["IMG_2.jpg"]
    assert "no pole within 15 m" in why["IMG_3.jpg"]
    assert "has no position" in why["IMG_5.jpg"]
    assert (report.taken, report.known) == (4, 0)
    ((moment, heading),) = ask(
        "SELECT taken_at, heading_deg FROM registry.photo WHERE file_name = 'IMG_1.jpg'"
    )
    assert (moment.astimezone(UTC).isoformat(), heading) == ("2026-05-04T03:20:30+00:00", 271.5)
    assert take(folder).known == 4
    assert ask("SELECT count(*), count(DISTINCT operation) FROM history.photo WHERE operation = 'I'") == [
        (4, 1)
    ]


def test_numbers_in_names():
    assert numbers_in("a/VTL-01_2.jpg") == ["VTL-01_2", "VTL-01"]
    assert numbers_in("photo.jpg") == []


def test_a_zip_and_a_dry_run(home, tmp_path):
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("C-01.jpg", jpeg(colour=20))
        made.writestr("torn-9.jpg", jpeg(colour=21)[:500])
        made.writestr("text-9.png", b"<script>")
    assert take(path, dry_run=True).taken == 1
    assert shown() == {}
    report = take(path)
    assert report.taken == 1
    assert [name for name, _ in report.refused] == ["text-9.png", "torn-9.jpg"]


@pytest.mark.parametrize("name", ["../../C-01.jpg", "/C-01.jpg", "..\\C-01.jpg"])
def test_archives_that_reach_outside(home, tmp_path, name):
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, jpeg())
    with pytest.raises(InvalidInputError, match="lies outside of it"):
        take(path)


def test_links_out_of_the_folder_are_not_followed(home, tmp_path):
    (tmp_path / "C-01.jpg").write_bytes(jpeg(colour=30))
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "C-01.jpg").symlink_to(tmp_path / "C-01.jpg")
    with pytest.raises(InvalidInputError, match="holds no photos"):
        take(folder)


def test_pictures_that_would_fill_the_memory(home, tmp_path):
    stream = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(stream, "PNG")
    with pytest.raises(InvalidInputError, match="pixels"):
        picture.read("bomb.png", stream.getvalue())
    with pytest.raises(InvalidInputError, match="larger than 30 MB"):
        picture.read("large.jpg", b"x" * ((30 << 20) + 1))


def test_digests_are_no_paths():
    for wrong in ("../../etc/passwd", "A" * 64, "", "../" + "a" * 61):
        with pytest.raises(ValueError, match="no SHA-256 digest"):
            store.path_of(wrong, store.SHOWN)


def test_who_sees_photos_and_what_is_in_them(home, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "C-01.jpg").write_bytes(jpeg(LON, colour=40, size=(3000, 1000)))
    (folder / "S-09.jpg").write_bytes(jpeg(colour=41))
    take(folder)
    of = dict(ask("SELECT code, f.id FROM registry.photo f JOIN registry.pole p ON p.id = pole_id"))
    ((pole,),) = ask("SELECT id FROM registry.pole WHERE code = 'C-01'")
    with serving() as address, httpx.Client(base_url=address) as client:
        keys = {
            role: {
                "Authorization": f"Bearer {key_of(role.value.replace('_', '-'), role, organisation=organisation)}"
            }
            for role, organisation in [
                (PersonRole.VIEWER, "A"),
                (PersonRole.ENGINEER, "A"),
                (PersonRole.AUTHORITY, None),
            ]
        }
        assert client.get(f"/photos/{of['C-01']}").status_code == 404
        for role, headers in keys.items():
            assert client.get(f"/photos/{of['C-01']}", headers=headers).status_code == 200
            # The photo is A's; the secret pole is B's: without the pole there is no photo of it.
            expected = 200 if role is PersonRole.AUTHORITY else 404
            assert client.get(f"/photos/{of['S-09']}", headers=headers).status_code == expected
        answer = client.get(f"/photos/{of['C-01']}", headers=keys[PersonRole.VIEWER])
        small = client.get(f"/photos/{of['C-01']}/thumbnail", headers=keys[PersonRole.VIEWER])
        detail = client.get(f"/details/pole/{pole}", headers=keys[PersonRole.VIEWER]).json()
        assert client.get(f"/details/pole/{pole}").json()["photos"] == []
        assert client.get("/photos/..%2F..%2Fsecrets.json").status_code in (400, 404)
    assert b"SECRET-CAMERA" not in answer.content
    assert b"Exif" not in answer.content
    shown_copy, thumb = Image.open(io.BytesIO(answer.content)), Image.open(io.BytesIO(small.content))
    assert (shown_copy.height, thumb.height) == (2048, 320)
    assert shown_copy.width < shown_copy.height, "it was turned upright"
    assert not shown_copy.getexif()
    assert [one["id"] for one in detail["photos"]] == [of["C-01"]]
