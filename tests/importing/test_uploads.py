"""Files sent to the service: tried, chosen about, confirmed, undone; under the rights of whoever sends."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from gisreg.access import passwords
from gisreg.access.actor import PersonRole
from gisreg.database.connection import Actor, Role, transaction
from gisreg.importing import deciding, uploads
from gisreg.jobs.registry import PERIODIC
from gisreg.settings import get_settings
from tests.importing.conftest import point
from tests.support.databases import Database
from tests.support.served import key_of, person, serving, session_cookie
from tests.support.worked import run_jobs

CODES = "SELECT code FROM registry.pole ORDER BY code"


def ask(query: str, *parameters: object) -> list[tuple]:
    with transaction(Role.WORKER, Actor("tests")) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Let the instance keep its files in a folder of this module's own."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_DATA_DIR", str(folder))
        get_settings.cache_clear()
        yield folder
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def site(fresh_database: Database, home: Path) -> Iterator[str]:
    ask(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'Đơn vị A', 'carrier'), ('B', 'B', 'carrier')"
    )
    with serving() as address:
        yield address


@pytest.fixture(autouse=True)
def empty(site: str) -> None:
    ask("TRUNCATE registry.pole, registry.import_batch, registry.import_upload CASCADE")


@pytest.fixture(scope="module")
def by_role(site: str) -> Iterator[dict[str, httpx.Client]]:
    """Return clients: an engineer of A, one of B, a coordinator and a viewer of A, the authority, nobody."""
    asked = {
        "engineer": (PersonRole.ENGINEER, "A"),
        "other": (PersonRole.ENGINEER, "B"),
        "coordinator": (PersonRole.COORDINATOR, "A"),
        "viewer": (PersonRole.VIEWER, "A"),
        "authority": (PersonRole.AUTHORITY, None),
    }
    made = {"nobody": httpx.Client(base_url=site, timeout=60)}
    for login, (role, organisation) in asked.items():
        key = key_of(login, role, organisation=organisation)
        made[login] = httpx.Client(base_url=site, timeout=60, headers={"Authorization": f"Bearer {key}"})
    yield made
    for client in made.values():
        client.close()


def features(*rows: tuple[dict, dict | None]) -> bytes:
    found = [{"type": "Feature", "properties": one, "geometry": place} for one, place in rows]
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


GOOD = features(
    ({"ma": "C-1", "chieu cao cot dien": 8}, point(106.34, 20.45)), ({"ma": "C-2"}, point(106.341, 20.45))
)
HALF = features(({"ma": "C-1"}, point(106.34, 20.45)), ({"ma": "C-9", "cao": "tám"}, point(106.35, 20.45)))


def send(client: httpx.Client, content: bytes, name: str = "poles.geojson", **form: str) -> httpx.Response:
    return client.post("/imports", files={"file": (name, content)}, data={"layer": "pole"} | form)


def seen(client: httpx.Client, number: int) -> dict[str, str]:
    """Return the header that names the version which a client reads; the first one of what it does not see."""
    answer = client.get(f"/imports/{number}")
    return {"If-Match": f'"{answer.json()["version"] if answer.status_code == 200 else 1}"'}


def confirm(client: httpx.Client, number: int, **decision: bool) -> httpx.Response:
    return client.post(f"/imports/{number}/confirm", json=decision, headers=seen(client, number))


def preview(client: httpx.Client, number: int, **choices: Any) -> httpx.Response:
    return client.post(f"/imports/{number}/preview", json=choices, headers=seen(client, number))


def test_the_whole_way(by_role, home):
    engineer = by_role["engineer"]
    sent = send(engineer, GOOD)
    assert sent.status_code == 201, sent.text
    upload = sent.json()
    report = upload["report"]

    assert (upload["state"], report["new"], report["rejected"]) == ("previewed", 2, 0)
    assert report["columns"] == {"ma": "code"}
    assert report["own_columns"] == ["chieu cao cot dien"]
    assert [(one["column"], one["field"]) for one in report["proposals"]] == [
        ("chieu cao cot dien", "height_m")
    ]
    assert report["places"][0]["after"] == [106.34, 20.45]
    assert ask(CODES) == []
    first = seen(engineer, upload["id"])
    again = preview(engineer, upload["id"], columns={"chieu cao cot dien": "height_m"})
    assert again.json()["report"]["columns"] == {"ma": "code", "chieu cao cot dien": "height_m"}

    # Confirmed is what was looked at: the trial before is not it any more.
    where = f"/imports/{upload['id']}/confirm"
    assert engineer.post(where, json={}).status_code == 428
    late = engineer.post(where, json={}, headers=first)
    assert late.status_code == 412
    assert late.json()["current"]["options"]["columns"] == {"chieu cao cot dien": "height_m"}
    done = confirm(engineer, upload["id"]).json()

    assert (done["state"], done["report"]["new"]) == ("done", 2)
    assert ask(
        "SELECT DISTINCT o.code FROM registry.pole JOIN registry.organisation o ON o.id = owner_id"
    ) == [("A",)]
    assert not (home / "uploads" / str(upload["id"]) / "poles.geojson").exists()
    assert confirm(engineer, upload["id"]).status_code == 409
    (batch,) = engineer.get("/imports").json()["imports"]
    assert (batch["id"], batch["new"], batch["owner"]) == (done["batch_id"], 2, "A")
    assert by_role["other"].get("/imports").json() == {"uploads": [], "imports": []}
    assert by_role["other"].post(f"/imports/batches/{batch['id']}/undo").status_code == 404
    assert by_role["coordinator"].post(f"/imports/batches/{batch['id']}/undo").status_code == 403
    assert engineer.post(f"/imports/batches/{batch['id']}/undo").json()["removed"] == 2
    assert ask(CODES) == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("viewer", 403), ("coordinator", 403), ("engineer", 201), ("authority", 201)],
)
def test_who_may_send(by_role, home, who, status):
    before = set((home / "uploads").iterdir()) if (home / "uploads").exists() else set()
    assert send(by_role[who], GOOD).status_code == status
    if status != 201:
        assert set((home / "uploads").iterdir() if (home / "uploads").exists() else ()) == before


def test_an_engineer_imports_only_for_his_own(by_role):
    engineer = by_role["engineer"]
    assert send(engineer, GOOD, owner="B").status_code == 403
    assert send(engineer, GOOD, layer="street").status_code == 403
    foreign = send(engineer, features(({"ma": "C-1", "owner": "B"}, point(106.34, 20.45)))).json()
    assert foreign["report"]["rejected"] == 1
    assert "belongs to another organisation" in foreign["report"]["problems"][0]["what"]
    assert confirm(engineer, foreign["id"], accept_valid=True).json()["report"]["new"] == 0
    assert ask(CODES) == []


def test_a_code_of_a_secret_object_is_not_told(by_role):
    ask(
        "INSERT INTO registry.pole (code, owner_id, visibility, geom)"
        " SELECT 'C-1', id, 'secret', ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326)"
        " FROM registry.organisation WHERE code = 'B'"
    )
    told = send(by_role["engineer"], GOOD).json()["report"]
    assert (told["new"], told["warnings"]) == (2, [])
    ask("UPDATE registry.pole SET visibility = 'partner'")
    assert (
        "an object of B has this code"
        in send(by_role["engineer"], GOOD).json()["report"]["warnings"][0]["what"]
    )


def test_osm_codes_are_only_ones_own_for_an_engineer(by_role):
    """The authority's import finds an object of OpenStreetMap whoever owns it; an engineer's does not."""
    ask(
        "INSERT INTO registry.pole (code, owner_id, kind, geom) SELECT 'node/1', id, 'telecom',"
        " ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326) FROM registry.organisation WHERE code = 'B'"
    )
    osm = b'<osm version="0.6"><node id="1" version="1" lat="20.41" lon="106.31"><tag k="power" v="pole"/></node></osm>'
    upload = send(by_role["engineer"], osm, "a.osm").json()
    assert confirm(by_role["engineer"], upload["id"]).json()["report"]["changed"] == 0
    assert ask(
        "SELECT ST_X(geom) FROM registry.pole JOIN registry.organisation o ON o.id = owner_id WHERE o.code = 'B'"
    ) == [(106.3,)]


def test_rejected_rows_come_back_as_files(by_role):
    engineer = by_role["engineer"]
    upload = send(engineer, HALF).json()
    assert upload["report"]["rejected"] == 1
    assert upload["report"]["problems"] == [
        {
            "row": "row 2",
            "what_vi": "cao = 'tám': phải là số tính bằng m.",
            "what": "cao = 'tám': expected a number in m.",
            "remedy_vi": "Sửa lại cao.",
            "remedy": "Correct cao.",
        }
    ]
    assert confirm(engineer, upload["id"]).status_code == 409
    assert ask(CODES) == []
    sheet = engineer.get(f"/imports/{upload['id']}/rejected.xlsx")
    (_, row) = openpyxl.load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True)
    assert "C-9" in row
    assert engineer.get(f"/imports/{upload['id']}/rejected.gpkg").content.startswith(b"SQLite format 3")
    assert engineer.get(f"/imports/{upload['id']}/rejected.exe").status_code == 404
    assert by_role["other"].get(f"/imports/{upload['id']}/rejected.xlsx").status_code == 404
    done = confirm(engineer, upload["id"], accept_valid=True).json()
    assert (done["state"], done["report"]["new"], done["report"]["rejected"]) == ("done", 1, 1)
    assert ask(CODES) == [("C-1",)]


def test_reports_kept_from_before_are_still_shown(by_role, site):
    number = send(by_role["engineer"], HALF).json()["id"]
    ask(
        "UPDATE registry.import_upload SET report = jsonb_set(report::jsonb, '{problems}',"
        """ '[{"row": "row 2", "what": "cao is odd.", "remedy": "Correct cao."}]')"""
    )
    word = passwords.generated()
    person("mai", PersonRole.ENGINEER, organisation="A", password=word)
    page = httpx.get(
        f"{site}/imports/{number}",
        cookies={"gisreg": session_cookie(site, "mai", word)},
        headers={"Accept": "text/html"},
        timeout=60,
    )
    assert page.status_code == 200
    assert "cao is odd. Correct cao." in page.text


def test_a_reference_system_is_asked_for_and_chosen(by_role):
    engineer = by_role["engineer"]
    sheet = b"ma,X,Y\nC-1,2261880.297,587095.876\n"
    upload = send(engineer, sheet, "poles.csv").json()
    assert upload["state"] == "refused"
    guesses = upload["report"]["error"]["guesses"]
    assert guesses
    assert guesses[0]["clear"] is False, "without wards nothing stands out"
    assert guesses[0]["after"][0] == pytest.approx(106.3366, abs=0.01)
    page = engineer.get(f"/imports/{upload['id']}", headers={"Accept": "text/html"}).text
    radios = re.findall(r'<input type="radio" name="guess" value="([^"]*)"( checked)?>', page)
    assert len(radios) == len(guesses) + 1
    assert [value for value, checked in radios if checked] == [""], "what does not stand out is not chosen"
    chosen = preview(engineer, upload["id"], crs="EPSG:9209").json()
    assert chosen["state"] == "previewed"
    assert chosen["report"]["places"][0]["after"] == pytest.approx([106.3366, 20.4463], abs=1e-4)
    assert preview(engineer, upload["id"], crs="+proj=pipeline").status_code == 400


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("../../../etc/cron.d/x.geojson", GOOD, 201),
        ("a!b'$(id).geojson", GOOD, 201),
        ("noending", GOOD, 422),
        ("poles.geojson", b"", 422),
        ("..", GOOD, 422),
    ],
)
def test_names_of_files(by_role, home, name, content, status):
    answer = send(by_role["engineer"], content, name)
    assert answer.status_code == status, answer.text
    if status == 201:
        assert re.fullmatch(r"[\w. ()+-]+", answer.json()["file_name"])
        assert answer.json()["state"] == "previewed"
        (found,) = (home / "uploads" / str(answer.json()["id"])).iterdir()
        assert found.name == answer.json()["file_name"]


def test_larger_files_only_for_imports(by_role, monkeypatch):
    monkeypatch.setenv("GISREG_SERVER_BODY_LIMIT_KB", "1")
    monkeypatch.setenv("GISREG_UPLOAD_LIMIT_KB", "20")
    get_settings.cache_clear()
    padded = GOOD + b" " * 8_000
    assert send(by_role["engineer"], padded).status_code == 201
    answer = send(by_role["engineer"], GOOD + b" " * 30_000)
    assert (answer.status_code, "GISREG_UPLOAD_LIMIT_KB" in answer.text) == (413, True)
    assert by_role["engineer"].post("/imports/1/preview", content=padded).status_code == 413
    monkeypatch.undo()
    get_settings.cache_clear()


def test_large_files_are_jobs(by_role, monkeypatch, home):

    monkeypatch.setenv("GISREG_UPLOAD_AT_ONCE_KB", "0")
    monkeypatch.setenv("GISREG_DATA_DIR", str(home))
    get_settings.cache_clear()
    engineer = by_role["engineer"]
    upload = send(engineer, GOOD).json()
    assert (upload["state"], upload["report"]) == ("waiting", None)
    run_jobs()
    assert engineer.get(f"/imports/{upload['id']}").json()["state"] == "previewed"
    assert confirm(engineer, upload["id"]).json()["state"] == "confirmed"
    assert (
        engineer.delete(f"/imports/{upload['id']}", headers=seen(engineer, upload["id"])).status_code == 409
    )
    run_jobs()
    done = engineer.get(f"/imports/{upload['id']}").json()
    assert (done["state"], done["report"]["new"]) == ("done", 2)
    # A job that is run again after it was done does nothing.
    deciding.carry_out(Actor("x", roles=frozenset({PersonRole.AUTHORITY})), upload["id"], accept_valid=False)
    assert len(ask("SELECT id FROM registry.import_batch")) == 1
    monkeypatch.undo()
    get_settings.cache_clear()


def test_who_lost_his_role_meanwhile(by_role, fresh_database):
    """A job has the rights that the person has when it runs."""
    key_of("leaver", PersonRole.ENGINEER, organisation="A")
    ((number,),) = ask("SELECT id FROM access.person WHERE login = 'leaver'")
    with transaction(Role.WORKER) as connection:
        assert PersonRole.ENGINEER in deciding.acting(connection, number).roles
    ask("DELETE FROM access.role_grant WHERE person_id = %s", number)
    upload = send(by_role["engineer"], GOOD).json()
    with transaction(Role.WORKER) as connection:
        actor = deciding.acting(connection, number)
    deciding.carry_out(actor, upload["id"], accept_valid=False)
    assert ask(CODES) == []


def test_what_nobody_decides_goes_after_a_day(by_role, home, monkeypatch):
    import os
    import time

    upload = send(by_role["engineer"], GOOD).json()
    folder = home / "uploads" / str(upload["id"])
    ask("UPDATE registry.import_upload SET uploaded_at = now() - interval '25 hours'")
    os.utime(folder, (time.time() - 90_000,) * 2)
    (cleaning,) = (one for one in PERIODIC if one.name == "imports.clean")
    with transaction(Role.WORKER, Actor("jobs")) as connection:
        assert cleaning.run(connection) is False
        assert uploads.find(connection, upload["id"]).state == "expired"
    assert not folder.exists()
    assert confirm(by_role["engineer"], upload["id"]).status_code == 409


def test_pages_in_the_browser(site, by_role):
    word = passwords.generated()
    person("lan", PersonRole.ENGINEER, organisation="A", password=word)
    cookie = session_cookie(site, "lan", word)
    with httpx.Client(
        base_url=site, cookies={"gisreg": cookie}, headers={"Accept": "text/html"}, timeout=60
    ) as lan:
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', lan.get("/imports").text)[1]
        assert send(lan, GOOD).status_code == 403
        sent = send(lan, GOOD, "<b>cột</b>.geojson", csrf_token=token)
        assert sent.status_code == 303, sent.text
        where = sent.headers["location"]
        page = lan.get(where).text
        assert "<b>" not in page
        form = {
            "csrf_token": token,
            "decision": "confirm",
            "column": "chieu cao cot dien",
            "field": "height_m",
        }

        def shown() -> dict[str, str]:
            return form | {"version": re.search(r'name="version" value="(\d+)"', lan.get(where).text)[1]}

        first = shown()
        assert lan.post(f"{where}/page", data=first | {"csrf_token": "0"}).status_code == 403
        # What was not tried is tried first.
        assert lan.post(f"{where}/page", data=first).status_code == 303
        assert lan.get(f"{where}?f=json").json()["state"] == "previewed"
        late = lan.post(f"{where}/page", data=first)
        assert late.status_code == 412
        assert "this was decided on version" in late.text
        last = shown()
        assert lan.post(f"{where}/page", data=last).status_code == 303
        assert lan.get(f"{where}?f=json").json()["state"] == "done"
        listed = lan.get("/imports").text
        batch = re.search(r'name="batch" value="(\d+)"', listed)[1]
        assert lan.post("/imports/undo", data={"csrf_token": token, "batch": batch}).status_code == 303
        assert "đã hoàn tác" in lan.get("/imports").text
        refused = lan.post("/imports/undo", data={"csrf_token": token, "batch": batch})
        assert refused.status_code == 409
        assert "Chưa thay đổi gì" in refused.text
        assert (
            lan.post(f"{where}/page", data=last | {"constants": "x y", "decision": "preview"}).status_code
            == 400
        )
    with httpx.Client(base_url=site) as nobody:
        assert nobody.get("/imports", headers={"Accept": "text/html"}).status_code == 303
