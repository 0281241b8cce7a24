"""Random objects, random people: no answer of any GET route holds a text that he may not see.

Every text of every object is a marker. What he may see is told by the rights page (tests/access/world.py);
the answers are searched as bytes, headers included, tiles also as a client decodes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import httpx
import mapbox_vector_tile
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from gisreg.access.actor import PersonRole
from gisreg.settings import get_settings
from tests.access.affairs import Affair, involve
from tests.access.application import MATRIX, asked, routes
from tests.access.rights import COLUMNS
from tests.access.world import OWNED, SHARED, VISIBILITIES, Plan, Thing, Viewer, make
from tests.support.served import key_of, serving

GETS = [route for route in routes() if route.startswith("GET ")]
PAGES = {
    f"GET {path}"
    for path in ("/", "/proposals", "/notices", "/contacts", "/alerts", "/imports", "/imports/{number}")
}
VIEWERS = [Viewer(None)] + [Viewer(role, code) for role in PersonRole for code in ("A", "B", None)]
NUMBER = re.compile(r"\d{9,}")
PLACES = count(0, 40)

FEW = settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

visibilities = st.sampled_from(VISIBILITIES)
plans = st.one_of(
    st.builds(Plan, st.sampled_from(OWNED), st.sampled_from(["A", "B"]), visibilities, visibilities),
    st.builds(
        Plan, st.sampled_from(["pole", "cable"]), st.sampled_from(["A", "B"]), visibilities, visibilities
    ),
    st.builds(Plan, st.sampled_from(SHARED), st.none(), visibilities, visibilities),
)


@pytest.fixture(scope="module")
def clients(
    organisations: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Viewer, httpx.Client]]:
    with pytest.MonkeyPatch.context() as patch, serving() as address:
        patch.setenv("GISREG_DATA_DIR", str(tmp_path_factory.mktemp("home")))
        get_settings.cache_clear()
        made = {}
        for viewer in VIEWERS:
            headers = {}
            if viewer.role is not None:
                login = f"{viewer.role}-{viewer.organisation or 'x'}".lower()
                headers["Authorization"] = (
                    f"Bearer {key_of(login, viewer.role, organisation=viewer.organisation)}"
                )
            made[viewer] = httpx.Client(base_url=address, timeout=60, headers=headers)
        yield made
        for client in made.values():
            client.close()
    get_settings.cache_clear()


def texts(answer: httpx.Response) -> str:
    """Return all that an answer tells: address, headers, body as bytes and, of a tile, as it is decoded."""
    told = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    told += " " + answer.content.decode("utf-8", "replace")
    if answer.headers.get("Content-Type") == "application/vnd.mapbox-vector-tile":
        told += json.dumps(mapbox_vector_tile.decode(answer.content))
    return told


def words(text: str) -> set[str]:
    """Return the markers, ids, numbers of exports and digests in a text."""
    return set(re.findall(r"MK\d{6}Q|XK-\w{5}-\w{6}|[0-9a-f]{64}", text)) | set(NUMBER.findall(text))


def own_words(url: str) -> set[str]:
    """Return what the question itself says: an answer may repeat it."""
    return words(url)


everything: list[Thing] = []
done: list[Affair] = []
reached: set[str] = set()
met: set[str] = set()


def hidden_from(viewer: Viewer) -> set[str]:
    """Return every text that must not be in any answer to somebody."""
    found = set(viewer.hidden(everything))
    for affair in done:
        if not affair.seen_by(viewer):
            found |= affair.words | ({str(affair.id)} if affair.kind != "lineage" else set())
    return found


BOTH_POLES = [Plan("pole", code, "partner", "partner") for code in "AB"]
SEERS = [Viewer(PersonRole.AUTHORITY), Viewer(PersonRole.ADMINISTRATOR), Viewer(PersonRole.ENGINEER, "B")]


@FEW
@example(
    drawn=[
        *BOTH_POLES,
        Plan("cable", "A", "public", "public"),
        Plan("pole", "A", "secret", "public"),
        Plan("cable", "A", "secret", "public"),
        Plan("street", None, "public", "public"),
        Plan("street", None, "secret", "public"),
        Plan("organisation", None, "public", "public"),
    ],
    viewers=SEERS,
)
@given(
    drawn=st.lists(plans, min_size=4, max_size=9),
    viewers=st.lists(st.sampled_from(VIEWERS), min_size=2, max_size=2),
)
def test_no_answer_tells_what_is_hidden(
    clients: dict[Viewer, httpx.Client],
    organisations: dict[str, int],
    drawn: list[Plan],
    viewers: list[Viewer],
) -> None:
    since = datetime.now(UTC).isoformat()
    things = make(drawn, organisations, next(PLACES))
    affairs = involve(things, organisations)
    everything.extend(things)
    done.extend(affairs)
    new = set().union(*map(of, things), *(one.words for one in affairs))
    for viewer in viewers:
        hidden = hidden_from(viewer)
        for route in GETS:
            for url in asked(route, things, since, affairs):
                # Some answer browsers with a page of their own.
                for kind in ("*/*", "text/html") if route in PAGES else ("*/*",):
                    answer = clients[viewer].get(url, headers={"Accept": kind})
                    assert answer.status_code < 500, (url, answer.text)
                    found = words(texts(answer)) - own_words(url)
                    if found & new:
                        reached.add(f"{route} {kind}" if route in PAGES else route)
                        met.update(one.kind for one in affairs if found & one.words)
                    told = found & hidden
                    assert not told, (
                        viewer, url, kind, told, [one for one in everything if told & of(one)],
                        [one for one in done if told & (one.words | {str(one.id)})],
                    )  # fmt: skip


def of(thing: Thing) -> set[str]:
    return thing.now | thing.was | thing.private | thing.work | set(map(str, thing.ids))


@FEW
@given(drawn=st.lists(plans, min_size=4, max_size=9), viewer=st.sampled_from(VIEWERS))
def test_what_he_may_see_is_the_same_everywhere(
    clients: dict[Viewer, httpx.Client], organisations: dict[str, int], drawn: list[Plan], viewer: Viewer
) -> None:
    """Items, their number, filters, single objects, details, search, tiles and the past show the same rows."""
    things = make(drawn, organisations, next(PLACES))
    everything.extend(things)
    client = clients[viewer]
    for layer in {thing.plan.layer for thing in things}:
        here = [thing for thing in everything if thing.plan.layer == layer]
        seen = {thing.id for thing in here if viewer.may("position", thing.plan)}
        ours = {thing.id for thing in here}
        page = client.get(f"/collections/{layer}/items", params={"limit": 10_000}).json()
        assert {feature["id"] for feature in page["features"]} & ours == seen
        assert page["numberMatched"] == page["numberReturned"]
        past = client.get(
            f"/collections/{layer}/items", params={"limit": 10_000, "known_at": "2100-01-01T00:00:00Z"}
        ).json()
        assert {feature["id"] for feature in past["features"]} & ours == seen
        for visibility in VISIBILITIES:
            filtered = client.get(
                f"/collections/{layer}/items", params={"visibility": visibility, "limit": 1}
            ).json()
            assert filtered["numberMatched"] == sum(
                feature["properties"]["visibility"] == visibility for feature in page["features"]
            )
        if viewer.role is not None:
            taken = client.get(f"/exports/{layer}.geojson")
            assert taken.status_code == 200, taken.text
            assert {one["properties"]["id"] for one in taken.json()["features"]} & ours == seen
        if layer in ("pole", "tower", "cable", "manhole", "duct"):
            tile = client.get(f"/tiles/{layer}/0/0/0.mvt")
            cells = mapbox_vector_tile.decode(tile.content)[layer]["features"] if tile.content else []
            assert sum(cell["properties"]["count"] for cell in cells) == page["numberMatched"]
    for thing in things:
        status = 200 if viewer.may("position", thing.plan) else 404
        for path in ("/collections/{}/items/{}", "/details/{}/{}"):
            assert client.get(path.format(thing.plan.layer, thing.id)).status_code == status
        for text in thing.now | thing.was | thing.private:
            found = client.get("/search", params={"q": text}).json()["results"]
            assert not found or (status == 200 and text in thing.now)


MET_ON = {
    "GET /proposals */*",
    "GET /proposals text/html",
    "GET /proposals/{id}",
    "GET /contacts */*",
    "GET /contacts text/html",
    "GET /notices */*",
    "GET /notices text/html",
    "GET /alerts */*",
    "GET /alerts text/html",
    "GET /imports */*",
    "GET /imports text/html",
    "GET /imports/{number} */*",
    "GET /exports",
    "GET /exports/{number}",
    "GET /exports/{layer}.{format}",
    "GET /matches",
    "GET /merges",
    "GET /dead-cables",
    "GET /dead-cables/{id}",
    "GET /waivers",
    "GET /why/{id}",
    "GET /photos/{id}",
    "GET /photos/{id}/thumbnail",
    "GET /see-as",
    "GET /findings",
    "GET /collections/{layer}/items",
    "GET /collections/{layer}/items/{id}",
    "GET /tiles/{layer}/{z}/{x}/{y}.mvt",
    "GET /details/{layer}/{id}",
    "GET /search",
    "GET /changes",
    "GET /maps/{name}",
}
"""Ways on which the drawn objects must have been met, or the search would find nothing that leaks."""


def test_objects_were_met_on_every_way() -> None:
    assert {one.kind for one in done} - {"absence", "lineage"} - met == set()
    assert MET_ON - reached == set()


def test_the_oracle_is_the_rights_page() -> None:
    assert {viewer.role for viewer in VIEWERS} == set(COLUMNS)
    assert set(GETS) <= set(MATRIX["routes"])
