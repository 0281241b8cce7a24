"""`gisreg user` and `gisreg key`: what they print, once, and what they refuse."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner, Result

from gisreg.access import keys, oidc_people, sessions
from gisreg.access.actor import PersonRole
from gisreg.access.oidc import Identity
from gisreg.cli import key, user
from gisreg.database.connection import Role, transaction
from gisreg.errors import GisregError, InvalidInputError, NotFoundError, UsageError
from gisreg.settings import OidcSettings
from tests.support.databases import Database

pytestmark = pytest.mark.usefixtures("fresh_database")


def run(app: object, *words: str, typed: str = "") -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, words, input=typed)  # type: ignore[arg-type]


def good(app: object, *words: str, typed: str = "") -> str:
    result = run(app, *words, typed=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def signs_in(login: str, word: str) -> bool:
    with transaction(Role.WORKER) as connection:
        return sessions.sign_in(connection, login, word) is not None


def test_a_person_comes_and_goes(fresh_database: Database) -> None:
    typed = "đường dây đi ngầm\n" * 2
    told = good(user.app, "add", "lan", "--name", "Bà [Lan]", "--role", "viewer", typed=typed)
    assert "đường dây" not in told
    assert signs_in("lan", "đường dây đi ngầm")
    good(user.app, "grant", "lan", "inspector")
    listed = good(user.app, "list")
    assert "Bà [Lan]" in listed
    assert "inspector, viewer" in listed
    good(user.app, "revoke", "lan", "viewer")
    assert "viewer" not in good(user.app, "list")
    good(user.app, "disable", "lan")
    assert "disabled" in good(user.app, "list")
    assert not signs_in("lan", "đường dây đi ngầm")
    good(user.app, "enable", "lan")
    told = good(user.app, "password", "lan", "--generate")
    fresh = told.split("once): ")[1].strip()
    assert signs_in("lan", fresh)
    assert not signs_in("lan", "đường dây đi ngầm")
    assert fresh not in good(user.app, "list")


def test_a_person_of_a_provider_needs_no_password(fresh_database: Database) -> None:
    good(user.app, "add", "oanh", "--name", "Oanh", "--role", "viewer", "--no-password")
    assert not signs_in("oanh", "")
    named = ("--issuer", "https://login.example.vn", "--subject", "5f1c")
    assert "Linked: oanh." in good(user.app, "link", "oanh", *named)
    with transaction(Role.WORKER) as connection:
        identity = Identity("https://login.example.vn", "5f1c", {})
        assert oidc_people.sign_in(connection, identity, OidcSettings())
    assert "Unlinked: oanh." in good(user.app, "unlink", "oanh")
    assert isinstance(run(user.app, "unlink", "oanh").exception, NotFoundError)
    both = run(user.app, "add", "x1", "--name", "X", "--generate", "--no-password")
    assert isinstance(both.exception, UsageError)


def test_a_key_is_printed_once(fresh_database: Database) -> None:
    good(user.app, "add", "qgis", "--name", "QGIS", "--role", "engineer", "--generate")
    made = re.search(
        r"gr_[0-9a-f]{12}_[0-9a-f]{64}", good(key.app, "add", "qgis", "--name", "desk", "--days", "30")
    )
    assert made is not None
    with transaction(Role.WORKER) as connection:
        found = keys.holder(connection, made[0])
    assert found is not None
    assert (found[0].roles, found[1]) == (frozenset({PersonRole.ENGINEER}), frozenset({keys.Scope.READ}))
    listed = good(key.app, "list")
    assert made[0][:15] in listed
    assert "valid" in listed
    assert made[0][16:] not in listed
    good(key.app, "revoke", made[0][:15])
    assert "revoked" in good(key.app, "list", "qgis")


@pytest.mark.parametrize(
    ("app", "words", "kind"),
    [
        (user.app, ("add", "Has Space", "--name", "x", "--generate"), InvalidInputError),
        (user.app, ("add", "short", "--name", "x"), InvalidInputError),
        (user.app, ("add", "other", "--name", "x", "--organisation", "NONE", "--generate"), NotFoundError),
        (user.app, ("disable", "nobody"), NotFoundError),
        (user.app, ("password", "nobody", "--generate"), NotFoundError),
        (user.app, ("grant", "nobody", "viewer"), NotFoundError),
        (key.app, ("add", "nobody", "--name", "x", "--days", "3"), NotFoundError),
        (key.app, ("revoke", "gr_000000000000"), NotFoundError),
    ],
)
def test_mistakes_are_sentences(app: object, words: tuple[str, ...], kind: type[GisregError]) -> None:
    result = run(app, *words, typed="short\nshort\n")
    assert isinstance(result.exception, kind)
    assert str(result.exception).count(".") >= 1


def test_a_person_with_a_fault_is_not_made(fresh_database: Database) -> None:
    words = ("add", "half", "--name", "x", "--role", "inspector", "--area", "00000", "--generate")
    assert isinstance(run(user.app, *words).exception, NotFoundError)
    assert "half" not in good(user.app, "list")


def test_a_password_is_never_an_argument() -> None:
    for words in (("add",), ("password",)):
        assert "--password" not in good(user.app, *words, "--help")
