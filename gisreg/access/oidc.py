"""Sign-in by authorisation code with PKCE (RFC 7636, S256): begun here, ended at the provider's answer.

Nothing of the provider is kept: neither its tokens nor the person's claims.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg2.extensions

from gisreg.access.oidc_provider import Provider
from gisreg.access.oidc_token import verified
from gisreg.clock import now
from gisreg.database.queries import load_queries
from gisreg.errors import SignInRefusedError
from gisreg.said import both

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

LASTS = timedelta(minutes=10)
"""How long a person may take at the provider."""


@dataclass(frozen=True)
class Beginning:
    """Where the browser goes, and what it must bring back in a cookie."""

    address: str
    browser: str


@dataclass(frozen=True)
class Attempt:
    """A sign-in that was begun here and is ended now."""

    nonce: str
    verifier: str
    redirect_uri: str
    target: str


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for; claims are as good as the provider."""

    issuer: str
    subject: str
    claims: dict[str, Any]


def begin(connection: PgConnection, provider: Provider, redirect_uri: str, target: str) -> Beginning:
    """Note a sign-in and return where it goes on.

    Args:
        connection: a transaction of the worker's role.
        provider: where to sign in; its description was fetched before the transaction.
        redirect_uri: where the provider sends the browser back to.
        target: path of this service to go on to afterwards.

    Raises:
        ProviderUnavailableError: it was never reached.
    """
    state, browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    described = provider.description()
    moment = now()
    queries.forget_oidc_attempts(connection, before=moment - LASTS)
    queries.begin_oidc_attempt(
        connection,
        state_hash=_digest(state),
        browser_hash=_digest(browser),
        nonce=nonce,
        verifier=verifier,
        redirect_uri=redirect_uri,
        target=target,
        moment=moment,
    )
    challenge = base64.urlsafe_b64encode(_digest(verifier)).rstrip(b"=").decode()
    asked = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": provider.settings.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    joint = "&" if urlsplit(described.authorization_endpoint).query else "?"
    return Beginning(described.authorization_endpoint + joint + asked, browser)


def take(connection: PgConnection, state: str, browser: str) -> Attempt:
    """Return the sign-in that a provider's answer belongs to; it cannot be ended again.

    Args:
        connection: a transaction of the worker's role; commit it before the provider is asked.
        state: of the answer.
        browser: of the cookie.

    Raises:
        SignInRefusedError: this browser began no such sign-in, or too long ago.
    """
    found = queries.take_oidc_attempt(
        connection, state_hash=_digest(state), browser_hash=_digest(browser), since=now() - LASTS
    )
    if found is None:
        raise SignInRefusedError(
            both(
                "Lần đăng nhập này không bắt đầu từ trình duyệt này, đã quá lâu, hoặc đã xong.",
                "This sign-in was not begun in this browser, or too long ago, or is over.",
            ),
            hint=both("Hãy bắt đầu lại tại /sign-in.", "Begin again at /sign-in."),
            reason="state",
        )
    return Attempt(*found)


def redeem(provider: Provider, attempt: Attempt, code: str, issuer: str | None) -> Identity:
    """Return for whom the provider vouches. Wants no transaction: the provider may take seconds.

    Args:
        provider: who sent the browser back.
        attempt: the sign-in.
        code: of the provider's answer.
        issuer: who answered, where he says so (RFC 9207).

    Raises:
        SignInRefusedError: another provider answered, or code or token are not good.
        ProviderUnavailableError: the provider cannot be reached.
    """
    if (issuer is None and provider.description().names_issuer) or issuer not in (None, provider.issuer):
        raise SignInRefusedError(
            both("Bên trả lời là một bên cung cấp khác.", "Another provider answered."),
            hint=both("Hãy bắt đầu lại.", "Begin again."),
            reason="token",
        )
    status, answer = provider.exchange(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect_uri,
            "code_verifier": attempt.verifier,
        }
    )
    token = answer.get("id_token")
    if status != 200 or not isinstance(token, str):
        raise SignInRefusedError(
            both(
                "Bên cung cấp không nhận mã do chính họ cấp.",
                "The provider did not accept its own code.",
            ),
            hint=both("Hãy bắt đầu lại tại /sign-in.", "Begin again at /sign-in."),
            reason="token",
        )
    claims = verified(
        token, provider.key, issuer=provider.issuer, client_id=provider.client_id, nonce=attempt.nonce
    )
    return Identity(provider.issuer, claims["sub"], claims)


def end_address(provider: Provider, back: str) -> str | None:
    """Return where to end the session at the provider too, None where it names no such place.

    Args:
        provider: who vouched for the person.
        back: where it sends the browser afterwards (RP-Initiated Logout 1.0).

    Raises:
        ProviderUnavailableError: it cannot be asked.
    """
    end = provider.description().end_session_endpoint
    if end is None:
        return None
    joint = "&" if urlsplit(end).query else "?"
    return end + joint + urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
