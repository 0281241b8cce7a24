"""A real OpenID provider on loopback, as a program of its own: `python -m tests.support.provider`.

oidc-provider-mock (authlib) plus what tests need of a provider: it insists on PKCE, and on demand it
rotates its key or hands out a token that is wrong in one way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from re import search
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Claims = dict[str, Any]

FAULTS: dict[str, Callable[[Claims], Claims]] = {
    "audience": lambda claims: claims | {"aud": "somebody-else"},
    "several-audiences": lambda claims: claims | {"aud": [claims["aud"], "somebody-else"]},
    "other-party": lambda claims: claims | {"azp": "somebody-else"},
    "issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "nonce": lambda claims: claims | {"nonce": "of another sign-in"},
    "no-nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "expired": lambda claims: claims | {"iat": int(time.time()) - 400, "exp": int(time.time()) - 100},
    "old": lambda claims: claims | {"iat": int(time.time()) - 3600},
    "of-tomorrow": lambda claims: claims | {"iat": int(time.time()) + 86_400},
    "no-end": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "nobody": lambda claims: claims | {"sub": ""},
    "unsigned": lambda claims: claims,
    "shared-secret": lambda claims: claims,
    "foreign-key": lambda claims: claims,
    "p256": lambda claims: claims,
}
"""Ways in which a token is made otherwise; the last one is good, only its signature is of another kind."""


@dataclass(frozen=True)
class TestProvider:
    """A running provider, and this registry as a client that it knows."""

    __test__ = False

    issuer: str
    client_id: str
    client_secret: str
    process: subprocess.Popen[str]

    def person(self, subject: str, **claims: Any) -> None:
        """Let somebody have an account there."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def command(self, **what: Any) -> None:
        """Rotate the key (`rotate=True`), or be wrong in one way (`fault=...`, "" for none)."""
        httpx.post(f"{self.issuer}/command", json=what).raise_for_status()

    def agree(self, address: str, subject: str) -> str:
        """Sign in there as somebody and return where the browser is sent back to."""
        answer = httpx.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def running_provider(redirect_uri: str) -> Iterator[TestProvider]:
    """Run a provider inside the block that knows this registry by its redirect address."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.support.provider"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        assert issuer, "the provider does not start"
        made = httpx.post(f"{issuer}/oauth2/clients", json={"redirect_uris": [redirect_uri]}).json()
        yield TestProvider(issuer, made["client_id"], made["client_secret"], process)
        process.kill()


def main() -> None:
    """Serve on a free port until killed; the first line of output is the issuer."""
    import authlib.jose
    import flask
    import oidc_provider_mock
    from werkzeug.serving import make_server

    app = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
    elliptic = ec.generate_private_key(ec.SECP256R1())
    state = {"fault": ""}
    challenges: dict[str, str] = {}

    @app.post("/command")
    def command() -> str:
        asked = flask.request.json or {}
        if asked.get("rotate"):
            store = flask.g.oidc_provider_mock_storage
            store.jwk = authlib.jose.RSAKey.generate_key(is_private=True)
        state["fault"] = asked.get("fault", "")
        return ""

    @app.before_request
    def insist_on_pkce() -> Any:
        if flask.request.path != "/oauth2/token":
            return None
        given = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
        expected = challenges.get(flask.request.form.get("code", ""))
        if base64.urlsafe_b64encode(given).rstrip(b"=").decode() != expected:
            return flask.jsonify(error="invalid_grant"), 400
        return None

    @app.after_request
    def answer(response: flask.Response) -> flask.Response:
        path = flask.request.path
        if path == "/oauth2/authorize" and response.status_code == 302:
            assert flask.request.args["code_challenge_method"] == "S256"
            code = parse_qs(urlsplit(response.location).query)["code"][0]
            challenges[code] = flask.request.args["code_challenge"]
        if path == "/jwks" and state["fault"] == "p256":
            public = jwt.algorithms.ECAlgorithm.to_jwk(elliptic.public_key(), as_dict=True)
            response.set_data(json.dumps({"keys": [public | {"kid": "ec", "use": "sig"}]}))
        if path == "/oauth2/token" and response.status_code == 200 and state["fault"]:
            given = json.loads(response.get_data())
            claims = jwt.decode(given["id_token"], options={"verify_signature": False})
            claims = FAULTS[state["fault"]](claims)
            signing = flask.g.oidc_provider_mock_storage.jwk
            given["id_token"] = _signed(state["fault"], claims, signing, elliptic)
            response.set_data(json.dumps(given))
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _signed(fault: str, claims: Claims, signing: Any, elliptic: ec.EllipticCurvePrivateKey) -> str:
    private = signing.get_private_key()
    if fault == "unsigned":
        return jwt.encode(claims, "", algorithm="none")
    if fault == "shared-secret":
        # The classic confusion: the public key, which everybody knows, as secret of an HMAC.
        public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        head, body = (
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
            for part in ({"alg": "HS256", "typ": "JWT"}, claims)
        )
        digest = hmac.new(public, head + b"." + body, hashlib.sha256).digest()
        return b".".join((head, body, base64.urlsafe_b64encode(digest).rstrip(b"="))).decode()
    if fault == "foreign-key":
        private = rsa.generate_private_key(65537, 2048)
    if fault == "p256":
        return jwt.encode(claims, elliptic, algorithm="ES256", headers={"kid": "ec"})
    return jwt.encode(claims, private, algorithm="RS256")


def next_of(answer: httpx.Response) -> str:
    """Return where an answer sends the browser."""
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def refusal(answer: httpx.Response) -> str:
    """Return the first sentence of the page that says why a sign-in failed."""
    found = search(r'role="alert">\s*<p>(.*?)</p>', answer.text.replace("\n", " "))
    assert found is not None, answer.text
    return found[1]


if __name__ == "__main__":
    main()
