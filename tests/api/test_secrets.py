"""The service does not start with a secret that everybody knows; and there is none by default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from api.app import create_app
from gisreg.errors import UsageError
from gisreg.secrets_check import require_real_secrets
from gisreg.settings import DatabaseSettings, OidcSettings, Settings, get_settings
from tests.support.accounts import CLONE

GOOD = "4c7Jd0-qP1mZ"


def settings(app: str = GOOD, worker: str = f"{GOOD}2", owner: str = f"{GOOD}3", **oidc: str) -> Settings:
    def address(role: str, word: str) -> SecretStr:
        return SecretStr(f"postgresql://gisreg_{role}:{word}@db:5432/gisreg")

    database = DatabaseSettings(
        url=address("app", app), worker_url=address("worker", worker), owner_url=address("owner", owner)
    )
    return Settings(database=database, oidc=OidcSettings.model_validate(oidc))


@pytest.mark.parametrize("word", ["PASSWORD", "gisreg_app", "changeme", "short", "%50ASSWORD", ""])
def test_a_known_password_of_the_database_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="GISREG_DATABASE_URL"):
        require_real_secrets(settings(app=word))


def test_roles_do_not_share_a_password() -> None:
    with pytest.raises(UsageError, match="same password as GISREG_DATABASE_URL"):
        require_real_secrets(settings(worker=GOOD))


@pytest.mark.parametrize("word", ["secret", "gisreg-client", "x"])
def test_a_known_secret_of_the_provider_is_refused(word: str) -> None:
    given = {"issuer": "https://login.example.vn", "client_id": "gisreg-client", "client_secret": word}
    with pytest.raises(UsageError, match="GISREG_OIDC_CLIENT_SECRET"):
        require_real_secrets(settings(**given))


def test_a_secret_file_that_is_not_there_is_told() -> None:
    given = {"issuer": "https://l.vn", "client_id": "x", "client_secret_file": "/nowhere/secret"}
    with pytest.raises(UsageError, match="cannot be read"):
        require_real_secrets(settings(**given))


def test_real_secrets_and_other_ways_to_sign_in_are_fine() -> None:
    require_real_secrets(settings(client_id="x", issuer="https://l.vn", client_secret=GOOD * 2))
    require_real_secrets(
        Settings(database=DatabaseSettings(url=SecretStr("postgresql://gisreg_app@/gisreg")))
    )
    require_real_secrets(Settings())


def test_the_application_is_not_made_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GISREG_DATABASE_URL", "postgresql://gisreg_app:PASSWORD@HOST:5432/gisreg")
    get_settings.cache_clear()
    try:
        with pytest.raises(UsageError, match="everybody knows"):
            create_app()
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_the_manual_shows_only_secrets_that_are_refused() -> None:
    manual = "\n".join(path.read_text(encoding="utf-8") for path in Path(CLONE, "docs").rglob("*.md"))
    shown = set(re.findall(r"postgresql://gisreg_app:([^@\s]+)@", manual))
    assert shown
    for word in shown:
        with pytest.raises(UsageError):
            require_real_secrets(settings(app=word))


def test_no_secret_has_a_default() -> None:
    groups = [
        Settings,
        *(type(value) for value in vars(Settings()).values() if isinstance(value, BaseSettings)),
    ]
    assert len(groups) > 5
    for group in groups:
        for name, field in group.model_fields.items():
            if "SecretStr" in str(field.annotation) or "secret" in name:
                assert field.default is None, name
